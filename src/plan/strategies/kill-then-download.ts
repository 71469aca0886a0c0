import type { Step } from '../../model/plan.ts';
import type { AppScene } from '../app-scene.ts';
import type { ServiceDecision } from '../service-decision.ts';
import { arrivalSteps } from './arrival.ts';
import { departureSteps } from './departure.ts';
import { startSteps } from './running.ts';

/**
 * For devices without room for two releases at work: the old container stops and goes at once, whatever the other services
 * wait for; then the image is pulled (see `imageSteps`), and the new container is made and started.
 */
export function killThenDownload(decision: ServiceDecision, scene: AppScene): Step[] {
	const obsolete = decision.obsolete.map((one) => ({ ...one, isInTheWay: true }));
	const leaving = { ...decision, obsolete };
	return [
		...departureSteps(leaving, scene, { stopsAfter: [] }),
		...arrivalSteps(leaving, scene),
		...startSteps(leaving, scene),
	];
}

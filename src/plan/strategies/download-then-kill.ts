import type { Step } from '../../model/plan.ts';
import type { AppScene } from '../app-scene.ts';
import type { ServiceDecision } from '../service-decision.ts';
import { arrivalSteps } from './arrival.ts';
import { departureSteps } from './departure.ts';
import { renameSteps, startSteps, stopSteps } from './running.ts';
import { readyToSwitch } from './switching.ts';

/**
 * The new container is made while the old one runs, the old one stops once every image of the app is there, the locks are
 * held and the services it depends on are up, the new one starts, and the old one goes. An old container that is in the
 * way of the new one goes first.
 */
export function downloadThenKill(decision: ServiceDecision, scene: AppScene): Step[] {
	return [
		...arrivalSteps(decision, scene),
		...departureSteps(decision, scene, { stopsAfter: readyToSwitch(decision) }),
		...renameSteps(decision, scene),
		...startSteps(decision, scene),
		...stopSteps(decision, scene),
	];
}

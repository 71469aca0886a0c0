import type { AppScene } from '../app-scene.ts';
import type { ServiceDecision } from '../service-decision.ts';

/** What each step of a service says about itself. */
export function stepBaseOf(
	{ service }: Pick<ServiceDecision, 'service'>,
	{ app }: Pick<AppScene, 'app'>,
) {
	const { serviceName } = service;
	return { resource: serviceName, serviceName, appUuid: app.appUuid };
}

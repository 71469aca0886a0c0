import type { PullImageStep } from '../model/plan.ts';
import type { TargetService } from '../model/target.ts';
import type { AppScene } from './app-scene.ts';
import type { ServiceDecision } from './service-decision.ts';
import { stepIds } from './step-ids.ts';

/** One pull for each image that a container to be made needs and the engine has not; services that share it share the pull. */
export function imageSteps(
	decisions: readonly ServiceDecision[],
	{ app, index, refusedImages }: AppScene,
): PullImageStep[] {
	const waiting = new Map<string, TargetService[]>();
	for (const { service, kept } of decisions) {
		const isThere = kept !== undefined || index.image(service.image) !== undefined;
		if (isThere || refusedImages.has(service.image)) continue;
		waiting.set(service.image, [...(waiting.get(service.image) ?? []), service]);
	}
	return [...waiting].map(([image, services]) => ({
		kind: 'pullImage',
		id: stepIds.pullImage(image),
		resource: services.map(({ serviceName }) => serviceName).join(', '),
		cause: 'image absent',
		after: [],
		appUuid: app.appUuid,
		serviceName: services[0]?.serviceName,
		image,
		services: services.map(({ serviceName, serviceId, imageId }) => ({
			serviceName,
			serviceId,
			imageId,
		})),
	}));
}

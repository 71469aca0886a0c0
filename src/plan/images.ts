import type { PullImageStep } from '../model/plan.ts';
import type { AppScene } from './app-scene.ts';
import { deltaSourceOf } from './delta-source.ts';
import type { ServiceDecision } from './service-decision.ts';
import { stepIds } from './step-ids.ts';
import { isKillFirst } from './strategy.ts';

/** One pull for each image that a container to be made needs and the engine has not; services that share it share the pull. */
export function imageSteps(
	decisions: readonly ServiceDecision[],
	scene: AppScene,
): PullImageStep[] {
	const { index, refusedImages } = scene;
	const waiting = new Map<string, ServiceDecision[]>();
	for (const decision of decisions) {
		const { service, kept } = decision;
		const isThere = kept !== undefined || index.image(service.image) !== undefined;
		if (isThere || refusedImages.has(service.image)) continue;
		waiting.set(service.image, [...(waiting.get(service.image) ?? []), decision]);
	}
	return [...waiting].map(([image, waiters]) => pullStep(image, waiters, scene));
}

function pullStep(
	image: string,
	waiters: readonly ServiceDecision[],
	{ app: { appUuid }, deltaImages, index }: AppScene,
): PullImageStep {
	const services = waiters.map(({ service }) => service);
	const [platform] = services.flatMap(({ composition }) => composition.platform ?? []);
	const [deltaSource] = services.flatMap(
		(service) => deltaSourceOf(service, deltaImages, index) ?? [],
	);
	return {
		kind: 'pullImage',
		id: stepIds.pullImage(image),
		resource: services.map(({ serviceName }) => serviceName).join(', '),
		cause: deltaSource === undefined ? 'image absent' : `image absent, a delta of ${deltaSource}`,
		after: pullsAfter(waiters),
		appUuid,
		serviceName: services[0]?.serviceName,
		image,
		...(platform !== undefined && { platform }),
		...(deltaSource !== undefined && { deltaSource }),
		services: services.map(({ serviceName, serviceId, imageId }) => ({
			serviceName,
			serviceId,
			imageId,
		})),
	};
}

/** Services that make room first have the pull wait, unless another service wants the same image before anything stops. */
function pullsAfter(waiters: readonly ServiceDecision[]): string[] {
	const makeRoom = waiters.every(({ strategy }) => isKillFirst(strategy));
	if (!makeRoom) return [];
	return waiters.flatMap(({ service, obsolete }) => [
		...obsolete.map(({ container }) => stepIds.removeContainer(container.name)),
		stepIds.removeOldImage(service.serviceName),
	]);
}

import type { RemoveImageStep, Step } from '../../model/plan.ts';
import type { AppScene } from '../app-scene.ts';
import type { ServiceDecision } from '../service-decision.ts';
import { stepIds } from '../step-ids.ts';
import { killThenDownload } from './kill-then-download.ts';

/** For devices without room for two images: as `killThenDownload`, and what the old container ran goes before the pull. */
export function deleteThenDownload(decision: ServiceDecision, scene: AppScene): Step[] {
	return [...killThenDownload(decision, scene), ...deletionSteps(decision, scene)];
}

function deletionSteps(decision: ServiceDecision, scene: AppScene): RemoveImageStep[] {
	const { serviceName } = decision.service;
	const spent = spentImagesOf(decision, scene);
	if (spent.length === 0) return [];
	const located = scene.index.located();
	const references = spent.flatMap((one) => [...located.namesBeside(one), one]);
	return [
		{
			kind: 'removeImage',
			id: stepIds.removeOldImage(serviceName),
			resource: spent.join(', '),
			cause: 'makes room for the new image',
			after: decision.obsolete.map(({ container }) => stepIds.removeContainer(container.name)),
			appUuid: scene.app.appUuid,
			serviceName,
			references: [...new Set(references)],
			mayStay: true,
		},
	];
}

/** Images that were pulled for the service and that nothing uses once its old containers are gone. */
export function spentImagesOf(
	{ service, obsolete }: Pick<ServiceDecision, 'service' | 'obsolete'>,
	{ oldImages, index }: AppScene,
): readonly string[] {
	const leaving = new Set(obsolete.map(({ container }) => container));
	const { serviceName } = service;
	const spent = Object.hasOwn(oldImages, serviceName) ? oldImages[serviceName] : undefined;
	return (spent ?? []).filter((reference) => {
		const image = index.image(reference);
		return (
			image !== undefined &&
			index.usersOf(image.engineImageId).every((container) => leaving.has(container))
		);
	});
}

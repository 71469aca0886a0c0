import { listedReference, parseImageReference } from '../model/image-reference.ts';
import type { ObservedState } from '../model/observed.ts';
import type { TargetApp, TargetService } from '../model/target.ts';
import { updateStrategyOf } from '../model/update-strategy.ts';
import { indexObserved, type ObservedIndex } from './observed-index.ts';

/** By service of an app: references of images that were had for it, oldest first. */
export type ServiceImages = Readonly<Record<string, readonly string[]>>;

/** By app uuid. */
export type AppImages = Readonly<Record<string, ServiceImages>>;

/** @returns those of one app */
export function imagesOfApp(images: AppImages, appUuid: string): ServiceImages {
	return Object.hasOwn(images, appUuid) ? (images[appUuid] ?? {}) : {};
}

/**
 * The image that a service's new one may be made of, as a delta: the first that was had for the service, is on the engine
 * and comes from the same registry. A service that has its old image removed first has none.
 */
export function deltaSourceOf(
	{ serviceName, image, labels }: TargetService,
	images: ServiceImages,
	index: Pick<ObservedIndex, 'image'>,
): string | undefined {
	if (updateStrategyOf(labels) === 'delete-then-download') return undefined;
	const { registry } = parseImageReference(image);
	if (registry === undefined) return undefined;
	const had = Object.hasOwn(images, serviceName) ? (images[serviceName] ?? []) : [];
	return had.find(
		(reference) =>
			listedReference(reference) !== listedReference(image) &&
			parseImageReference(reference).registry === registry &&
			index.image(reference) !== undefined,
	);
}

/** Images that deltas are still to be made of, as the target's are not on the device. */
export function pendingDeltaSources(
	apps: readonly TargetApp[],
	observed: ObservedState,
	images: AppImages,
): readonly string[] {
	const index = indexObserved(observed);
	return apps.flatMap(({ appUuid, release }) =>
		(release?.services ?? [])
			.filter(({ image }) => index.image(image) === undefined)
			.flatMap((service) => deltaSourceOf(service, imagesOfApp(images, appUuid), index) ?? []),
	);
}

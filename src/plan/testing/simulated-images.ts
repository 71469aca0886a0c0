import { listedReference } from '../../model/image-reference.ts';
import { effectiveLabelsOf } from '../../model/labels.ts';
import type { ObservedImage } from '../../model/observed.ts';
import type { Step } from '../../model/plan.ts';
import type { World } from './world.ts';

/** The engine's id of the image that a registry serves under a reference. */
export function registryImageId(reference: string): string {
	return `sha256:registry-${listedReference(reference)}`;
}

/** @throws {Error} if the image is there */
export function pullImage(world: World, reference: string): World {
	const listed = listedReference(reference);
	const { images } = world.observed;
	if (images.some(({ references }) => references.includes(listed))) {
		throw new Error(`impossible step: ${listed} is there`);
	}
	const image = {
		engineImageId: registryImageId(reference),
		references: [listed],
		sizeBytes: 1,
		labels: world.imageLabels?.[listed] ?? {},
	};
	const stored = { ...world, storedImages: [...new Set([...world.storedImages, reference])] };
	return withImages(stored, [...images, image]);
}

/** Takes names off images; one without names is gone. */
export function removeImage(world: World, references: readonly string[]): World {
	const listed = references.map(listedReference);
	const images = world.observed.images
		.map((image) => ({
			...image,
			references: image.references.filter((reference) => !listed.includes(reference)),
		}))
		.filter((image) => image.references.length > 0);
	const storedImages = world.storedImages.filter((reference) => !references.includes(reference));
	return withImages({ ...world, storedImages }, images);
}

function withImages(world: World, images: readonly ObservedImage[]): World {
	return { ...world, made: world.made + 1, observed: { ...world.observed, images } };
}

/** True when a step is done, but what waits for it is not to begin, as the image has labels that the plan did not know. */
export function isOutdating(step: Step, { imageLabels = {} }: World): boolean {
	if (step.kind !== 'pullImage') return false;
	const labels = imageLabels[listedReference(step.image)] ?? {};
	return Object.keys(effectiveLabelsOf(labels)).length > 0;
}

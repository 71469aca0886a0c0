import { isBundledReference } from '../model/bundle.ts';
import { listedReference } from '../model/image-reference.ts';
import type { ObservedState } from '../model/observed.ts';
import type { Plan, RemoveImageStep } from '../model/plan.ts';
import type { TargetState } from '../model/target.ts';
import { locateImages } from './located-images.ts';
import { pendingDeltaSources, type AppImages } from './delta-source.ts';
import { toPlan } from './order.ts';

export interface DevicePlanInput {
	readonly target: TargetState;
	readonly observed: ObservedState;
	/** References the supervisor has pulled or taken over: images it may remove. Others are never touched. */
	readonly storedImages: readonly string[];
	/** By app uuid and service: see AppPlanInput.deltaImages. One that a delta is still to be made of stays. Default none. */
	readonly deltaImages?: AppImages | undefined;
}

/**
 * Steps for what belongs to no app: stored images that neither a target nor a container uses are removed. A reference
 * that the engine does not know any more is among them too, so that it is forgotten. Of a target that keeps images
 * only those are that came in bundles.
 */
export function computeDevicePlan(input: DevicePlanInput): Plan {
	const { target, observed, deltaImages = {} } = input;
	const storedImages = input.storedImages.filter(
		(reference) => target.keepsImages !== true || isBundledReference(reference),
	);
	if (storedImages.length === 0) return { steps: [] };
	const sources = pendingDeltaSources(target.apps, observed, deltaImages);
	const wanted = new Set([...wantedReferences(target), ...sources.map(listedReference)]);
	const mounted = new Set(observed.containers.map(({ engineImageId }) => engineImageId));
	const named = new Set(
		observed.containers.map(({ imageReference }) => listedReference(imageReference)),
	);
	const imageIds = new Map(
		observed.images.flatMap(({ engineImageId, references }) =>
			references.map((reference) => [listedReference(reference), engineImageId] as const),
		),
	);
	const located = locateImages(observed.images);
	const isUsed = (reference: string): boolean => {
		const listed = listedReference(reference);
		const ids = [imageIds.get(listed), ...located.taggedOnly(reference).map(idOf)];
		return wanted.has(listed) || named.has(listed) || ids.some((id) => mounted.has(id ?? ''));
	};
	const isFree = (name: string): boolean => !isUsed(name) && !storedImages.includes(name);
	const unused = [...new Set(storedImages)].filter((reference) => !isUsed(reference));
	return toPlan(
		unused.sort().map((reference) => {
			const beside = located.namesBeside(reference).filter(isFree);
			return removeImageStep(reference, beside);
		}),
	);
}

function idOf({ engineImageId }: ObservedState['images'][number]): string {
	return engineImageId;
}

function wantedReferences({ apps }: TargetState): ReadonlySet<string> {
	const services = apps.flatMap(({ release }) => release?.services ?? []);
	return new Set(services.map(({ image }) => listedReference(image)));
}

/** @param beside - further names of the same image, which nobody else gave it */
function removeImageStep(reference: string, beside: readonly string[]): RemoveImageStep {
	return {
		kind: 'removeImage',
		id: `removeImage ${reference}`,
		resource: reference,
		cause: 'used by no target and no container',
		after: [],
		references: [...beside, reference],
	};
}

import { isBundledReference } from '../model/bundle.ts';
import { listedReference } from '../model/image-reference.ts';
import type { ObservedState } from '../model/observed.ts';
import type { Plan, RemoveImageStep } from '../model/plan.ts';
import type { TargetState } from '../model/target.ts';
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
	const unused = [...new Set(storedImages)].filter((reference) => {
		const listed = listedReference(reference);
		const imageId = imageIds.get(listed);
		return !wanted.has(listed) && !named.has(listed) && !mounted.has(imageId ?? '');
	});
	return toPlan(unused.sort().map(removeImageStep));
}

function wantedReferences({ apps }: TargetState): ReadonlySet<string> {
	const services = apps.flatMap(({ release }) => release?.services ?? []);
	return new Set(services.map(({ image }) => listedReference(image)));
}

function removeImageStep(reference: string): RemoveImageStep {
	return {
		kind: 'removeImage',
		id: `removeImage ${reference}`,
		resource: reference,
		cause: 'used by no target and no container',
		after: [],
		references: [reference],
	};
}

import type { Adoptions } from '../model/adoptions.ts';
import { labelNames } from '../model/labels.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type { AppPlanInput } from './app-plan.ts';
import { isAdoptable } from './misfit.ts';
import { indexObserved, isOwnedBy } from './observed-index.ts';
import { createSpecCache } from './spec-cache.ts';

/**
 * The containers of the app that another supervisor made, that its target wants as they are, and that were not adopted
 * before. Remembered, they tell drift from then on as if they were our own.
 */
export function newAdoptions(input: AppPlanInput): Adoptions {
	const { target, context, observed, adopted = {}, specs = createSpecCache() } = input;
	const strangers = observed.containers.filter(
		(container) => isOwnedBy(container, input) && isStranger(container, adopted),
	);
	if (target?.release === undefined || strangers.length === 0) return {};
	const app = specs.reckonWith(target, indexObserved(observed));
	const { release } = app;
	if (release === undefined) return {};
	const specOf = specs.within({ app, release, context });
	const found = release.services.flatMap((service) => {
		const spec = specOf(service);
		const digest = spec.config.Labels[labelNames.configDigest] ?? '';
		return strangers
			.filter((container) => isAdoptable(container, spec))
			.map(({ containerId }) => [containerId, digest] as const);
	});
	return Object.fromEntries(found);
}

function isStranger({ labels, containerId }: ObservedContainer, adopted: Adoptions): boolean {
	return !(labelNames.configDigest in labels) && !Object.hasOwn(adopted, containerId);
}

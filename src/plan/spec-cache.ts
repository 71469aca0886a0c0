import isEqual from 'lodash/isEqual.js';
import type { ContainerSpec } from '../model/container-spec.ts';
import type { TargetService } from '../model/target.ts';
import { createContainerSpecs } from './compose/container-spec.ts';
import type { ServiceInApp } from './compose/service-in-app.ts';
import { createImageLabels, type ImageLabels } from './image-labels.ts';

type Surroundings = Omit<ServiceInApp, 'service'>;

/**
 * Remembers the containers that services want, so that the many looks at an app whose target stays the same compute them
 * once. Never changes a result; to be kept as long as the app is looked at.
 */
export interface SpecCache extends ImageLabels {
	/** What a service of this app, release and device wants. */
	within(surroundings: Surroundings): (service: TargetService) => ContainerSpec;
}

export function createSpecCache(): SpecCache {
	let known: Surroundings | undefined;
	let specs = new WeakMap<TargetService, ContainerSpec>();
	return {
		...createImageLabels(),
		within({ app, release, context }) {
			const isSame =
				known?.app === app && known.release === release && isEqual(known.context, context);
			if (!isSame) specs = new WeakMap();
			const surroundings = { app, release, context };
			known = surroundings;
			let toSpec: ((service: TargetService) => ContainerSpec) | undefined;
			return (service) => {
				const remembered = specs.get(service);
				if (remembered !== undefined) return remembered;
				toSpec ??= createContainerSpecs(surroundings);
				const spec = toSpec(service);
				specs.set(service, spec);
				return spec;
			};
		},
	};
}

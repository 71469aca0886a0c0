import type { Adoptions } from '../model/adoptions.ts';
import type { Intent } from '../model/plan.ts';
import type { ContainerSpec } from '../model/container-spec.ts';
import type { TargetApp, TargetRelease, TargetService } from '../model/target.ts';
import type { DeviceContext } from './context.ts';
import type { ServiceImages } from './delta-source.ts';
import type { ObservedApp, ObservedIndex } from './observed-index.ts';
import type { AppPorts } from './ports/app-ports.ts';

/** All that planning an app's release looks at. */
export interface AppScene {
	readonly app: TargetApp;
	readonly release: TargetRelease;
	readonly context: DeviceContext;
	/** The container that a service of the release wants. */
	readonly specOf: (service: TargetService) => ContainerSpec;
	readonly intents: readonly Intent[];
	readonly index: ObservedIndex;
	readonly observed: ObservedApp;
	/** References of images that can never be had. */
	readonly refusedImages: ReadonlySet<string>;
	/** By service: references that were pulled for it and that no target wants any more. */
	readonly oldImages: Readonly<Record<string, readonly string[]>>;
	/** By service: images that were had for it, where deltas may be made of them. */
	readonly deltaImages: ServiceImages;
	/** What tells drift of containers that another supervisor made. */
	readonly adopted: Adoptions;
	/** An image of the release is not there yet. */
	readonly isFetching: boolean;
	/** The release needs an image that can never be had, so nothing of the old one may stop. */
	readonly isHeldBack: boolean;
	/** All apps of the target. */
	readonly apps: readonly TargetApp[];
	/** Who has, and who gets, ports of the host. */
	readonly ports: AppPorts;
}

import type { Adoptions } from '../model/adoptions.ts';
import type { AppId, AppUuid } from '../model/ids.ts';
import { isBundledReference } from '../model/bundle.ts';
import { labelNames } from '../model/labels.ts';
import type { ObservedState } from '../model/observed.ts';
import type { Intent, Plan } from '../model/plan.ts';
import type { TargetApp, TargetRelease } from '../model/target.ts';
import type { AppScene } from './app-scene.ts';
import type { DeviceContext } from './context.ts';
import type { ServiceImages } from './delta-source.ts';
import { isPurgeAsked } from './intents.ts';
import {
	indexObserved,
	isOwnedBy,
	type ObservedApp,
	type ObservedIndex,
} from './observed-index.ts';
import { portsOf } from './ports/app-ports.ts';
import { planRelease } from './release-plan.ts';
import { planRemoval } from './removal-plan.ts';
import { createSpecCache, type SpecCache } from './spec-cache.ts';

export interface AppPlanInput {
	readonly appUuid: AppUuid;
	readonly appId: AppId;
	/** Absent: the app is not wanted any more; its containers and networks go, its volumes stay. */
	readonly target: TargetApp | undefined;
	/** All apps of the target, which may want the same ports of the host. Default: this one. */
	readonly apps?: readonly TargetApp[] | undefined;
	/** The whole device; only what belongs to the app is looked at, and who has ports of the host. */
	readonly observed: ObservedState;
	readonly context: DeviceContext;
	readonly intents: readonly Intent[];
	/** Commit that was last applied whole. */
	readonly currentCommit?: string | undefined;
	/** Delete update locks that users hold. */
	readonly force: boolean;
	/**
	 * References of images that can never be had (wrong architecture, say): they are not pulled, and while the release
	 * needs one of them nothing of the old release stops.
	 */
	readonly refusedImages?: readonly string[] | undefined;
	/** By service: references that were pulled for it and that no target wants any more. Default none. */
	readonly oldImages?: Readonly<Record<string, readonly string[]>> | undefined;
	/** By service: images that were had for it, of which deltas may be made. Default none: images are pulled whole. */
	readonly deltaImages?: ServiceImages | undefined;
	/** What tells drift of containers that another supervisor made; see `newAdoptions`. Default none was adopted. */
	readonly adopted?: Adoptions | undefined;
	/** Kept from look to look, so that what services want is computed once. */
	readonly specs?: SpecCache | undefined;
}

/**
 * What must be done so that the app is as its target says. Pure; equal inputs give equal plans; steps come in an order
 * that respects what each waits for. Empty: the app is settled, or nothing can be done before the engine says more (a
 * container is being removed).
 */
export function computeAppPlan(input: AppPlanInput): Plan {
	return planApp(input, indexObserved(input.observed));
}

/**
 * True while the engine is removing a container of the app: an empty plan then means that it is too early, not that the
 * app is settled, or a purge done.
 */
export function isAwaitingEngine({ appUuid, appId, observed }: AppPlanInput): boolean {
	return observed.containers.some(
		(container) => container.state === 'removing' && isOwnedBy(container, { appUuid, appId }),
	);
}

/** As {@link computeAppPlan}, with the observed state indexed once for several apps. */
export function planApp(input: AppPlanInput, index: ObservedIndex): Plan {
	const { context, intents, currentCommit, specs = createSpecCache() } = input;
	const target = input.target === undefined ? undefined : specs.reckonWith(input.target, index);
	const force = input.force || context.overrideLocks;
	const removalCause = removalCauseOf(input);
	if (target?.release === undefined || removalCause !== undefined) {
		return planRemoval({
			app: input,
			name: target?.name ?? input.appUuid,
			observed:
				target === undefined ? ownOnly(input, index) : index.app(input.appUuid, input.appId),
			index,
			force,
			cause: removalCause ?? 'app has no release',
			withVolumes: isPurgeAsked(intents),
			release: target?.release,
		});
	}
	const scene = sceneOf({ ...input, specs, target, release: target.release }, index);
	return planRelease(scene, { force, currentCommit });
}

function sceneOf(
	input: AppPlanInput & {
		readonly target: TargetApp;
		readonly release: TargetRelease;
		readonly specs: SpecCache;
	},
	index: ObservedIndex,
): AppScene {
	const { target: app, release, context, intents, oldImages = {} } = input;
	const refusedImages = refusedFor(input, index);
	const apps = input.apps ?? [app];
	return {
		app,
		release,
		context,
		specOf: input.specs.within({ app, release, context }),
		intents,
		index,
		observed: index.app(input.appUuid, input.appId),
		refusedImages,
		oldImages,
		deltaImages: input.deltaImages ?? {},
		adopted: input.adopted ?? {},
		apps,
		ports: portsOf({ app, apps, index, intents, apiPort: context.apiPort }),
		isFetching: release.services.some(({ image }) => index.image(image) === undefined),
		isHeldBack: release.services.some(
			({ image }) => refusedImages.has(image) && index.image(image) === undefined,
		),
	};
}

/**
 * Images that can never be had; also those that come in a bundle and have not come yet, and of an app whose images are
 * made on the device those that nobody has made yet.
 */
function refusedFor(
	{ target, release, refusedImages = [] }: Parameters<typeof sceneOf>[0],
	index: ObservedIndex,
): ReadonlySet<string> {
	const absent = release.services
		.map(({ image }) => image)
		.filter((image) => target.hasOwnImages === true || isBundledReference(image))
		.filter((image) => index.image(image) === undefined);
	return new Set([...refusedImages, ...absent]);
}

/** What of an app that goes is not another's who has its number now. */
function ownOnly({ appUuid, appId }: AppPlanInput, index: ObservedIndex): ObservedApp {
	const { containers, removing, networks, volumes } = index.app(appUuid, appId);
	const isOwn = ({ labels }: { readonly labels: Readonly<Record<string, string>> }): boolean =>
		(labels[labelNames.appUuid] ?? appUuid) === appUuid;
	return {
		containers: containers.filter(isOwn),
		removing: removing.filter(isOwn),
		networks: networks.filter(isOwn),
		volumes,
	};
}

function removalCauseOf({ target, intents }: AppPlanInput): string | undefined {
	if (isPurgeAsked(intents)) return 'purge asked for';
	return target === undefined ? 'app not in target' : undefined;
}

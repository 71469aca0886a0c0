import type { ObservedState } from '../model/observed.ts';
import type { Intent } from '../model/plan.ts';
import type { TargetApp } from '../model/target.ts';
import type { AppPlanInput } from '../plan/app-plan.ts';
import { indexObserved } from '../plan/observed-index.ts';
import type { AppLook } from './look-deps.ts';

/** What the app's plan is computed from. @throws what the store and the facts of the device do */
export async function planInputFor(look: AppLook, observed: ObservedState): Promise<AppPlanInput> {
	const { app, deps } = look;
	const { appUuid, appId, requests, refusedImages, specs } = app;
	const target = app.target && specs.reckonWith(app.target, indexObserved(observed));
	const wishes = target === undefined ? [] : await ownWishes(look, target, observed);
	const input: AppPlanInput = {
		appUuid,
		appId,
		target,
		apps: deps.targetApps(),
		observed,
		context: await deps.contextFor(target),
		intents: [...wishes, ...requests.intents],
		currentCommit: deps.currentCommit(appUuid),
		force: app.force || requests.isForced,
		refusedImages: [...refusedImages.keys()],
		oldImages: deps.oldImages(appUuid),
		deltaImages: deps.deltaImages(appUuid),
		specs,
	};
	return { ...input, adopted: await deps.adoptions.reckonWith(input) };
}

/** Starts that nobody asks for now: of what was stopped until now, and of what the engine could not start. */
async function ownWishes(
	{ app, deps, signal }: AppLook,
	target: TargetApp,
	observed: ObservedState,
): Promise<readonly Intent[]> {
	for (const intent of app.requests.intents) {
		if (intent.kind === 'stop') deps.failedStarts.forget(app.appUuid, intent.serviceName);
	}
	const wishes = await deps.stopped.wishesFor(target, observed);
	return [...wishes, ...(await deps.failedStarts.wishesFor(target, observed, signal))];
}

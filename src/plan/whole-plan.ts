import type { ObservedState } from '../model/observed.ts';
import type { Intent, Plan, Step } from '../model/plan.ts';
import type { TargetState } from '../model/target.ts';
import { planApp, type AppPlanInput } from './app-plan.ts';
import { appsToPlan } from './apps-to-plan.ts';
import type { DeviceContext } from './context.ts';
import { imagesOfApp } from './delta-source.ts';
import { computeDevicePlan, type DevicePlanInput } from './device-plan.ts';
import { indexObserved } from './observed-index.ts';

export interface PlanInput {
	readonly target: TargetState;
	readonly observed: ObservedState;
	readonly context: DeviceContext;
	/** By app uuid. */
	readonly intents: Readonly<Record<string, readonly Intent[]>>;
	/** By app uuid: the commit that was last applied whole. */
	readonly currentCommits: Readonly<Record<string, string>>;
	readonly force: boolean;
	/** See {@link DevicePlanInput.storedImages}. */
	readonly storedImages: readonly string[];
	/** See {@link AppPlanInput.refusedImages}. */
	readonly refusedImages?: readonly string[] | undefined;
	/** See {@link AppPlanInput.adopted}. */
	readonly adopted?: AppPlanInput['adopted'];
	/** By app uuid; see {@link DevicePlanInput.deltaImages}. */
	readonly deltaImages?: DevicePlanInput['deltaImages'];
}

/** The plans of all apps and of the device as one, for dry runs; ids of an app's steps begin with its uuid. */
export function computePlan(input: PlanInput): Plan {
	const { target, observed, intents, currentCommits, deltaImages = {} } = input;
	const index = indexObserved(observed);
	const plans = appsToPlan(target, observed).map((app) => {
		const wishes = intents[app.appUuid] ?? [];
		const currentCommit = currentCommits[app.appUuid];
		const own = {
			intents: wishes,
			currentCommit,
			deltaImages: imagesOfApp(deltaImages, app.appUuid),
		};
		const plan = planApp({ ...input, ...app, apps: target.apps, ...own }, index);
		return { ...plan, steps: plan.steps.map((step) => prefixed(step, app.appUuid)) };
	});
	const steps = plans.flatMap((plan) => plan.steps);
	const waits = plans.flatMap((plan) => plan.waits ?? []);
	return { steps: [...steps, ...computeDevicePlan(input).steps], waits };
}

function prefixed(step: Step, appUuid: string): Step {
	const nameOf = (id: string): string => `${appUuid}/${id}`;
	return { ...step, id: nameOf(step.id), after: step.after.map(nameOf) };
}

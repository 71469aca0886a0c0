import type { Plan } from '../model/plan.ts';
import type { AppCondition } from '../model/snapshot.ts';
import type { TargetApp } from '../model/target.ts';
import type { AppPlanInput } from '../plan/app-plan.ts';
import { servicesAwaitingReboot } from '../plan/reboots.ts';
import type { AppState } from './app-state.ts';
import type { LookOutcome } from './look-outcome.ts';
import { outlookOf } from './outlook.ts';
import { refusedStartOf } from './refused-starts.ts';
import type { AppLook } from './look-deps.ts';

const again: LookOutcome = { kind: 'again' };

/** There is nothing to do, or nothing that can be done now: the app's condition says which. */
export function concludeEmptyPlan(
	{ app, deps }: AppLook,
	input: AppPlanInput,
	plan: Plan,
): LookOutcome {
	const refused = refusedStartOf(app.requests.intents, plan);
	if (refused !== undefined) app.requests.rejectAll(refused);
	if (refused !== undefined || app.requests.settleAll()) return again; // the target without the intents is next
	app.attempts.reset();
	app.force = false;
	app.lock = undefined;
	const { target } = input;
	if (target !== undefined) {
		const condition = conditionAtRest(app, { ...input, target }, plan);
		const services = outlookOf(plan);
		deps.conditions.set(app.appUuid, { ...condition, failures: 0, services });
	}
	return { kind: 'rest' };
}

function conditionAtRest(
	{ refusedImages }: AppState,
	{ target, observed, context }: AppPlanInput & { readonly target: TargetApp },
	{ waits = [] }: Plan,
): Pick<AppCondition, 'phase' | 'reason'> {
	if (refusedImages.size > 0) {
		return { phase: 'rejected', reason: [...refusedImages.values()].join('; ') };
	}
	const waiting = servicesAwaitingReboot(target, observed, context);
	if (waiting.length > 0) {
		return { phase: 'waiting', reason: `for a reboot to start ${waiting.join(', ')}` };
	}
	const reasons = waits.map(({ serviceName, reason }) => `${serviceName}: ${reason}`);
	return { phase: waits.length === 0 ? 'settled' : 'waiting', reason: reasons.join('; ') };
}

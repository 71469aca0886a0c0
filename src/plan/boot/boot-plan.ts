import { decodeBootVariables } from '../../config/decode-settings.ts';
import type { TargetState } from '../../model/target.ts';
import type { ObservedBootConfig } from '../../model/boot-config.ts';
import type { Plan, Step } from '../../model/plan.ts';
import { stepIds } from '../step-ids.ts';
import { toPlan } from '../order.ts';
import { aimOf, type BootAimInput } from './boot-aim.ts';
import { bootSteps } from './boot-steps.ts';

export interface BootPlanInput extends BootAimInput {
	readonly observed: ObservedBootConfig;
	/** Reasons of the reboot that is due; none when none is. */
	readonly dueReasons: readonly string[];
	/** Ids of steps that failed and must not be tried yet. Default none. */
	readonly resting?: ReadonlySet<string> | undefined;
}

export interface BootPlan {
	readonly plan: Plan;
	/** What of the variables cannot be done, a sentence each. */
	readonly notices: readonly string[];
}

/**
 * Steps that make the device boot as its variables say. What no target ever named stays as it is. A change of
 * config.json comes first, alone; a backend that rests keeps no other one waiting.
 */
export function computeBootPlan(input: BootPlanInput): BootPlan {
	const aims = input.observed.files.map((file) => aimOf(file, input));
	const parts = aims.map((aim) => {
		const isResting = input.resting?.has(stepIds.changeBootConfig(aim.rules.title)) ?? false;
		const steps = bootSteps(aim, { isResting, dueReasons: input.dueReasons });
		const due = steps.filter(({ id }) => input.resting?.has(id) !== true);
		return { backend: aim.file.backend, steps: due };
	});
	const first = parts.find(({ backend, steps }) => backend === 'powerAndFan' && isChange(steps));
	return {
		plan: toPlan(first?.steps ?? parts.flatMap(({ steps }) => steps)),
		notices: [...new Set(aims.flatMap(({ notices }) => notices))],
	};
}

/** Names without prefix of all variables that this target names. */
export function bootVariablesOf(config: TargetState['config']): string[] {
	const { values, faulty } = decodeBootVariables(config);
	return [...Object.keys(values), ...faulty].sort();
}

function isChange(steps: readonly Step[]): boolean {
	return steps.some(({ kind }) => kind === 'changeBootConfig');
}

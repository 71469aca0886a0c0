import type { Plan } from '../model/plan.ts';
import type { LookOutcome } from './look-outcome.ts';

/** Is told what the loop does, for events and metrics; must not throw. */
export interface LoopWitness {
	/** A plan is about to be carried out. */
	planMade(made: {
		/** Absent: the plan of the device as a whole. */
		readonly appUuid?: string | undefined;
		readonly plan: Plan;
		/** The plan as text. */
		readonly lines: readonly string[];
		/** A person asked for some of it. */
		readonly isAsked: boolean;
	}): void;
	/** A look at an app is over, with what was carried out in it. */
	looked(look: {
		readonly appUuid: string;
		readonly outcome: LookOutcome['kind'];
		readonly tookMs: number;
	}): void;
}

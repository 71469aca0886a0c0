import type { PortOptions } from '../cli/port-options.ts';
import type { DindNames } from '../commands/names.ts';
import { toMessage } from '../effects/errors.ts';
import type { Shell } from '../effects/shell.ts';

/** Where a fault is, in the order in which things stand on each other. */
export const AREAS = ['computer', 'engine', 'cloud', 'device'] as const;
export type Area = (typeof AREAS)[number];

/**
 * What a check has found. `none`: there is nothing to look at, which is no fault, and what needs it is left out.
 */
export type Verdict =
	| { readonly status: 'ok' | 'none'; readonly says: string }
	| {
			readonly status: 'warning' | 'problem';
			readonly says: string;
			/** What to do about it, as a sentence. */
			readonly todo: string;
	  };

/** What checks look with. */
export interface CheckContext {
	readonly shell: Shell;
	/** The repository's folder. */
	readonly root: string;
	readonly names: DindNames;
	/** Ports that a device of this name would take. */
	readonly ports: PortOptions;
}

/** One thing that can be wrong. */
export interface Check {
	readonly name: string;
	readonly area: Area;
	/** Names of the checks that must find things well, or nearly so, before this one can look. */
	readonly needs: readonly string[];
	run(context: CheckContext): Promise<Verdict>;
}

export interface CheckDefinition<Facts> {
	readonly name: string;
	readonly area: Area;
	readonly needs?: readonly string[];
	/** Reads the world; throws only for what it did not reckon with. */
	readonly observe: (context: CheckContext) => Facts | Promise<Facts>;
	/** Pure. */
	readonly judge: (facts: Facts) => Verdict;
}

/** A check that looks, then judges. One that cannot look is a problem of its own. */
export function defineCheck<Facts>(definition: CheckDefinition<Facts>): Check {
	const { name, area, needs = [], observe, judge } = definition;
	return {
		name,
		area,
		needs,
		async run(context) {
			try {
				return judge(await observe(context));
			} catch (thrown) {
				return problem(`cannot be looked at: ${toMessage(thrown)}`, 'Try again.');
			}
		},
	};
}

export function ok(says: string): Verdict {
	return { status: 'ok', says };
}

export function none(says: string): Verdict {
	return { status: 'none', says };
}

export function warning(says: string, todo: string): Verdict {
	return { status: 'warning', says, todo };
}

export function problem(says: string, todo: string): Verdict {
	return { status: 'problem', says, todo };
}

import type { Check, CheckContext, Verdict } from './check.ts';

/** What became of a check; `skipped` where what it needs was not there. */
export type Finding = Pick<Check, 'name' | 'area'> &
	(Verdict | { readonly status: 'skipped'; readonly says: string });

/**
 * Runs the checks side by side, each after those it needs.
 * @returns a finding for each, in the order of the table
 * @throws {RangeError} for a check that needs one which does not stand before it
 */
export async function runChecks(
	checks: readonly Check[],
	context: CheckContext,
): Promise<Finding[]> {
	const running = new Map<string, Promise<Finding>>();
	for (const check of checks) {
		const needed = check.needs.map((name) => {
			const found = running.get(name);
			if (found === undefined) throw new RangeError(`${check.name} needs ${name} before it`);
			return found;
		});
		running.set(check.name, runAfter(needed, check, context));
	}
	return await Promise.all(running.values());
}

async function runAfter(
	needed: readonly Promise<Finding>[],
	check: Check,
	context: CheckContext,
): Promise<Finding> {
	const { name, area } = check;
	const missing = (await Promise.all(needed)).find(
		({ status }) => status !== 'ok' && status !== 'warning',
	);
	if (missing !== undefined) return { name, area, status: 'skipped', says: missing.name };
	return { name, area, ...(await check.run(context)) };
}

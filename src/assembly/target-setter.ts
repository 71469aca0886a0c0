import { applyContracts } from '../model/apply-contracts.ts';
import { deviceUniverseOf } from '../model/contract-universe.ts';
import type { TargetState } from '../model/target.ts';
import type { Reconciler, SetTargetOptions } from '../loop/reconciler.ts';
import { configChangeMessages } from '../report/config-changes.ts';
import { ignoredFieldNotices } from '../report/ignored-fields.ts';
import { contractMessages } from '../report/system-messages.ts';
import type { Basis } from './basis.ts';

export interface TargetSetterOptions {
	readonly reconciler: Pick<Reconciler, 'setTarget'>;
	/** Tells people something: a system message. */
	readonly announce: (message: string) => void;
}

/** Puts a decoded target in force, wherever it came from. */
export type TargetSetter = (target: TargetState, options?: SetTargetOptions) => void;

/**
 * Every target goes this way: its settings hold from then on, and what the device is not made for is taken out of it.
 * What there is to say of its contracts is said once, until there is something else to say; a value that is not
 * understood is told once for as long as it stays, and what of a release has no effect once for each release.
 */
export async function createTargetSetter(
	{ settings, host, version }: Pick<Basis, 'settings' | 'host' | 'version'>,
	{ reconciler, announce }: TargetSetterOptions,
): Promise<TargetSetter> {
	const universe = deviceUniverseOf({ ...(await host.system()), supervisorVersion: version });
	let isFirst = true;
	let said = '';
	let misread: readonly string[] = [];
	let told: ReadonlySet<string> = new Set();
	return (target, options = {}) => {
		const before = settings.current();
		const problems = settings.apply(target.config);
		// the first target of a process is mostly the one that held before it
		if (isFirst) isFirst = false;
		else configChangeMessages(before, settings.current()).forEach(announce);
		problems.filter((problem) => !misread.includes(problem)).forEach(announce);
		misread = problems;
		const verdict = applyContracts(target, universe);
		const messages = contractMessages(verdict);
		if (messages.join('\n') !== said) messages.forEach(announce);
		said = messages.join('\n');
		const notices = ignoredFieldNotices(target);
		for (const { release, message } of notices) if (!told.has(release)) announce(message);
		told = new Set(notices.map(({ release }) => release));
		reconciler.setTarget(verdict.target, options);
	};
}

import isEqual from 'lodash/isEqual.js';
import { z } from 'zod';
import type { Executor } from '../execute/executor.ts';
import { messageOf } from '../kit/errors.ts';
import type { Logger } from '../kit/logger.ts';
import type { BootFault, ObservedBootConfig } from '../model/boot-config.ts';
import type { TargetState } from '../model/target.ts';
import { backendRules } from '../plan/boot/all-rules.ts';
import { bootVariablesOf, computeBootPlan } from '../plan/boot/boot-plan.ts';
import { describePlan } from '../plan/describe-plan.ts';
import type { BootConfig } from '../ports/boot-config.ts';
import type { RebootMark } from '../ports/host.ts';
import type { StateStore } from '../ports/state-store.ts';
import type { Attempts } from './attempts.ts';
import type { LoopWitness } from './loop-witness.ts';

export interface BootLookDeps {
	readonly bootConfig: Pick<BootConfig, 'observe'>;
	readonly rebootMark: Pick<RebootMark, 'read'>;
	readonly store: Pick<StateStore, 'getSetting' | 'setSetting'>;
	readonly target: () => TargetState | undefined;
	readonly execute: Executor['execute'];
	readonly attempts: Attempts;
	/** Tells people something that is no step: a system message. */
	readonly announce: (message: string) => void;
	readonly witness?: Pick<LoopWitness, 'planMade'> | undefined;
	readonly log: Logger;
}

/**
 * Looks at what the device boots with, and carries out what there is to do.
 * @returns milliseconds until the next look; 0: another is due at once; `Infinity`: when the target is another one
 * @throws {SupervisorError} HOST_FAILED, STORE_FAILED
 */
export type BootLook = (signal: AbortSignal) => Promise<number>;

export function createBootLook(deps: BootLookDeps): BootLook {
	const { bootConfig, attempts, target } = deps;
	const managed = createManagedVariables(deps.store);
	const tell = createTeller(deps.announce);
	return async (signal) => {
		const wanted = target();
		if (wanted === undefined) return Infinity;
		const observed = await bootConfig.observe();
		if (observed.files.length + observed.faults.length === 0) return Infinity;
		const names = await managed.with(bootVariablesOf(wanted.config));
		const dueReasons = (await deps.rebootMark.read())?.reasons ?? [];
		const resting = attempts.resting();
		const { config } = wanted;
		const asked = { config, observed, managed: names, dueReasons, resting };
		const { plan, notices } = computeBootPlan(asked);
		const faults = faultsThatMatter(observed, names);
		tell([...notices, ...faults]);
		if (plan.steps.length > 0) return carryOut(plan, signal, deps);
		if (resting.size > 0) return attempts.restMs();
		if (faults.length > 0) return attempts.failed(['read'], { message: faults.join('; ') });
		attempts.reset();
		await managed.only(bootVariablesOf(config));
		return Infinity;
	};
}

async function carryOut(
	plan: ReturnType<typeof computeBootPlan>['plan'],
	signal: AbortSignal,
	{ execute, attempts, witness, log }: BootLookDeps,
): Promise<number> {
	const lines = describePlan(plan);
	const text = lines.join('\n');
	if (signal.aborted) return 0;
	if (attempts.isStuck(text)) {
		attempts.failed(
			plan.steps.map(({ id }) => id),
			{ message: 'no lasting effect' },
		);
		log.warn({ plan: lines }, 'boot configuration does not stay as it is set');
		return 0;
	}
	log.info({ plan: lines }, 'plan');
	witness?.planMade({ plan, lines, isAsked: false });
	const { failures, ok } = await execute(plan, { signal });
	const [first] = failures;
	if (first !== undefined) {
		attempts.failed(
			failures.map(({ step }) => step.id),
			{ message: messageOf(first.err) },
		);
	}
	if (ok) attempts.done(text);
	return 0;
}

/** Of a backend that cannot be read only those hear who want something of it. */
function faultsThatMatter({ faults }: ObservedBootConfig, names: readonly string[]): string[] {
	const matters = ({ backend }: BootFault): boolean => names.some(backendRules[backend].isOwn);
	return faults.filter(matters).map(({ reason }) => `Error setting boot config: ${reason}`);
}

/** Says something once, until there is something else to say. */
function createTeller(announce: (message: string) => void): (messages: readonly string[]) => void {
	let said: ReadonlySet<string> = new Set();
	return (messages) => {
		for (const message of messages) if (!said.has(message)) announce(message);
		said = new Set(messages);
	};
}

const settingName = 'bootVariables';

/**
 * Variables that a target named, by name without prefix, until what they set is gone.
 * @throws {SupervisorError} STORE_FAILED
 */
export async function readManagedVariables(
	store: Pick<StateStore, 'getSetting'>,
): Promise<readonly string[]> {
	const stored = await store.getSetting(settingName);
	return z.array(z.string()).catch([]).parse(stored);
}

function createManagedVariables(store: BootLookDeps['store']) {
	let known: readonly string[] | undefined;
	const load = async (): Promise<readonly string[]> =>
		(known ??= await readManagedVariables(store));
	const save = async (names: readonly string[]): Promise<void> => {
		if (isEqual(names, await load())) return;
		await store.setSetting(settingName, names.length === 0 ? undefined : names);
		known = names;
	};
	return {
		/** These belong to them from now on. @returns all of them */
		async with(names: readonly string[]): Promise<readonly string[]> {
			const all = [...new Set([...(await load()), ...names])].sort();
			await save(all);
			return all;
		},
		/** No others do any more. */
		only: (names: readonly string[]): Promise<void> => save([...names].sort()),
	};
}

import type { FakeEngine } from '../../ports/testing/fake-engine.ts';

export interface Death {
	/** Number of changing calls that get through, from 0. */
	readonly afterChanges: number;
	/** The call that follows still takes effect, but its answer is never heard. */
	readonly isLastCallDone: boolean;
}

export interface MortalEngine {
	/** The engine as a process sees it that is killed: from then on no call does anything, and none returns. */
	readonly engine: FakeEngine;
	readonly isDead: () => boolean;
}

const reading: readonly string[] = [
	'ping',
	'info',
	'listContainers',
	'listImages',
	'listNetworks',
	'listVolumes',
	'inspectContainer',
];

const changing: readonly string[] = [
	'pullImage',
	'removeImage',
	'tagImage',
	'createNetwork',
	'removeNetwork',
	'createVolume',
	'removeVolume',
	'createContainer',
	'connectNetwork',
	'startContainer',
	'stopContainer',
	'removeContainer',
	'renameContainer',
	'restartContainer',
	'updateRestartPolicy',
];

const silence = (): Promise<never> => new Promise(() => undefined);

export function createMortalEngine(
	engine: FakeEngine,
	{ afterChanges, isLastCallDone }: Death,
): MortalEngine {
	let left = afterChanges;
	let isDead = false;
	const call = async (method: string, args: unknown[]): Promise<unknown> => {
		if (isDead) return silence();
		const isFatal = changing.some((name) => name === method) && left-- === 0;
		if (isFatal) isDead = true;
		if (isFatal && !isLastCallDone) return silence();
		const member: unknown = Reflect.get(engine, method);
		const answer: unknown =
			typeof member === 'function' ? await member.apply(engine, args) : member;
		return isDead && !reading.includes(method) ? silence() : answer;
	};
	const wrapped: Record<string, unknown> = {};
	for (const method of [...reading, ...changing]) {
		wrapped[method] = (...args: unknown[]) => call(method, args);
	}
	return {
		engine: new Proxy(engine, {
			get: (target, name): unknown => wrapped[String(name)] ?? Reflect.get(target, name),
		}),
		isDead: () => isDead,
	};
}

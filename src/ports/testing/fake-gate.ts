import { abortReason } from '../../kit/errors.ts';
import type { EngineEvent } from '../../model/observed.ts';
import type { ContainerEngine } from '../container-engine.ts';
import { refusal, type FakeWorld } from './fake-world.ts';

export type EngineMethod = keyof ContainerEngine;

/** Call of the fake: the method, and the first argument as text (a name, an id, a reference). */
export interface FakeCall {
	readonly method: EngineMethod;
	readonly subject: string;
}

/** What the parts of the fake share. */
export interface FakeParts {
	readonly world: FakeWorld;
	/** Runs the work of a call: records it, and lets it wait, be refused or aborted as the test asked. */
	readonly call: <T>(call: FakeCall, signal: AbortSignal, work: () => T | Promise<T>) => Promise<T>;
	readonly emit: (
		kind: readonly [EngineEvent['type'], string],
		objectId: string,
		attributes?: Readonly<Record<string, string>>,
	) => void;
	readonly unpublished: Set<string>;
	/** Labels of images in the registry, by reference. */
	readonly published: Map<string, Readonly<Record<string, string>>>;
}

export const unavailable = (): Error =>
	refusal('ENGINE_UNAVAILABLE', 'the container engine does not answer');

export interface FakeGate {
	readonly calls: FakeCall[];
	readonly call: FakeParts['call'];
	readonly failNext: (method: EngineMethod, err: Error, times?: number) => void;
	readonly hold: (method: EngineMethod) => () => void;
	readonly setDown: (down: boolean) => void;
}

/** Decides whether and when a call goes through. */
export function createFakeGate(): FakeGate {
	const calls: FakeCall[] = [];
	const failures: { readonly method: EngineMethod; readonly err: Error }[] = [];
	const holds = new Map<EngineMethod, Promise<void>>();
	let down = false;
	return {
		calls,
		async call(call, signal, work) {
			throwIfOver(signal);
			calls.push(call);
			await Promise.resolve();
			const held = holds.get(call.method);
			if (held !== undefined) await Promise.race([held, rejectOnAbort(signal)]);
			throwIfOver(signal);
			if (down) throw unavailable();
			const index = failures.findIndex(({ method }) => method === call.method);
			const [failure] = index === -1 ? [] : failures.splice(index, 1);
			if (failure !== undefined) throw failure.err;
			return work();
		},
		failNext(method, err, times = 1) {
			for (let n = 0; n < times; n++) failures.push({ method, err });
		},
		hold(method) {
			let release = (): void => undefined;
			const held = new Promise<void>((resolve) => (release = resolve));
			holds.set(method, held);
			return () => {
				if (holds.get(method) === held) holds.delete(method);
				release();
			};
		},
		setDown: (value) => void (down = value),
	};
}

/** Rejects with the signal's reason when it fires. */
export function rejectOnAbort(signal: AbortSignal): Promise<never> {
	return new Promise((_resolve, reject) =>
		signal.addEventListener('abort', () => reject(abortReason(signal)), { once: true }),
	);
}

function throwIfOver(signal: AbortSignal): void {
	if (signal.aborted) throw abortReason(signal);
}

import type { Clock } from '../kit/clock.ts';
import { SupervisorError } from '../kit/errors.ts';
import type { ContainerEngine, PullOptions } from '../ports/container-engine.ts';

export interface EngineMeasures {
	/**
	 * A call is over.
	 * @param outcome - `ok`, the code of the failure, or `aborted`
	 */
	readonly onCall: (method: string, outcome: string, seconds: number) => void;
	/** So many bytes of an image were downloaded, whether all of it came or not. */
	readonly onDownloaded: (bytes: number) => void;
	readonly clock: Pick<Clock, 'monotonicMs'>;
}

/** What gives no promise: streams, and what takes no time. */
const unmeasured: ReadonlySet<string> = new Set(['events', 'containerLogs', 'followLog', 'close']);

type Call = (...args: readonly unknown[]) => Promise<unknown>;

/** The same engine; every call is measured, and every download. */
export function measureEngine<E extends ContainerEngine>(engine: E, measures: EngineMeasures): E {
	const measured = new Map<string, Call>();
	const { onDownloaded } = measures;
	const pull = (reference: string, options: PullOptions): Promise<void> =>
		engine.pullImage(reference, { onDownloaded, ...options });
	return new Proxy(engine, {
		get(target, name, receiver) {
			const member: unknown = Reflect.get(target, name, receiver);
			const isCall = typeof member === 'function' && typeof name === 'string';
			if (!isCall || unmeasured.has(name)) return member;
			const known = measured.get(name);
			if (known !== undefined) return known;
			const call = timed(name, (name === 'pullImage' ? pull : member) as Call, measures);
			measured.set(name, call);
			return call;
		},
	});
}

function timed(method: string, call: Call, { onCall, clock }: EngineMeasures): Call {
	return async (...args) => {
		const startedMs = clock.monotonicMs();
		const end = (outcome: string): void =>
			onCall(method, outcome, (clock.monotonicMs() - startedMs) / 1000);
		try {
			const result = await call(...args);
			end('ok');
			return result;
		} catch (err) {
			end(err instanceof SupervisorError ? err.code : 'aborted');
			throw err;
		}
	};
}

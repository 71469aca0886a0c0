import { createDeadline } from '../kit/deadline.ts';
import { abortReason } from '../kit/errors.ts';
import { toEngineError, unavailable } from './errors.ts';

/**
 * Runs one call of the engine under a time limit; failures come out in the words of the port.
 * @param limitMs - ENGINE_UNAVAILABLE after this many milliseconds, even if `work` never settles
 */
export async function underLimit<T>(
	signal: AbortSignal,
	limitMs: number,
	work: (abortSignal: AbortSignal) => Promise<T>,
): Promise<T> {
	const deadline = createDeadline(signal, limitMs);
	try {
		return await deadline.race(work(deadline.signal));
	} catch (err) {
		if (signal.aborted) throw abortReason(signal);
		if (deadline.isExpired) throw unavailable(`it took longer than ${limitMs / 1000} s`, err);
		throw toEngineError(err);
	} finally {
		deadline.end();
	}
}

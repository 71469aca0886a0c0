import type { Clock } from '../../../src/kit/clock.ts';

export const batchesPerWindow = 14;
export const batchWindowSeconds = 10;

/** True as long as the device has batches left in the present window of ten seconds. */
export type BatchLimit = (deviceId: number) => boolean;

export function createBatchLimit(clock: Clock): BatchLimit {
	const windows = new Map<number, { startMs: number; batches: number }>();
	return (deviceId) => {
		const nowMs = clock.monotonicMs();
		const present = windows.get(deviceId);
		const isOver = present === undefined || nowMs - present.startMs >= batchWindowSeconds * 1000;
		const window = isOver ? { startMs: nowMs, batches: 0 } : present;
		windows.set(deviceId, window);
		window.batches += 1;
		return window.batches <= batchesPerWindow;
	};
}

import type { Clock } from '../../kit/clock.ts';

/** Percents of downloads come many times a second. */
const spacingMs = 1000;

/** @returns true when the percent of an image is to be told: at most once a second, the last one always */
export function createPullPace(
	clock: Pick<Clock, 'monotonicMs'>,
): (image: string, percent: number) => boolean {
	const toldAtMs = new Map<string, number>();
	return (image, percent) => {
		const nowMs = clock.monotonicMs();
		if (percent >= 100) {
			toldAtMs.delete(image);
			return true;
		}
		if (nowMs - (toldAtMs.get(image) ?? -Infinity) < spacingMs) return false;
		for (const [other, atMs] of toldAtMs) if (nowMs - atMs > 60_000) toldAtMs.delete(other);
		toldAtMs.set(image, nowMs);
		return true;
	};
}

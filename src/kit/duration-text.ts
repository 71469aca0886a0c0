/** A pause in words, rounded to its largest unit: `350ms`, `8s`, `15m`, `2h`. */
export function durationText(ms: number): string {
	if (ms < 1000) return `${Math.round(ms)}ms`;
	const seconds = ms / 1000;
	if (seconds < 60) return `${Math.round(seconds)}s`;
	const minutes = seconds / 60;
	return minutes < 60 ? `${Math.round(minutes)}m` : `${Math.round(minutes / 60)}h`;
}

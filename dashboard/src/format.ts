/** `7.6 MB`: three digits at most, decimal units. */
export function bytesText(bytes: number): string {
	const units = ['B', 'kB', 'MB', 'GB', 'TB'];
	let value = bytes;
	let unit = 0;
	while (value >= 999.5 && unit < units.length - 1) {
		value /= 1000;
		unit += 1;
	}
	const digits = unit === 0 || value >= 99.5 ? 0 : 1;
	return `${value.toFixed(digits)} ${units[unit] ?? ''}`;
}

/** `2 d 4 h`, `3 min`: the two largest units that are not nothing. @param seconds - cut to whole ones */
export function durationText(seconds: number): string {
	const whole = Math.max(0, Math.floor(seconds));
	const parts: [number, string][] = [
		[Math.floor(whole / 86_400), 'd'],
		[Math.floor(whole / 3600) % 24, 'h'],
		[Math.floor(whole / 60) % 60, 'min'],
		[whole % 60, 's'],
	];
	const first = parts.findIndex(([count]) => count > 0);
	if (first === -1) return '0 s';
	return parts
		.slice(first, first + 2)
		.filter(([count], index) => index === 0 || (count > 0 && first < 2))
		.map(([count, unit]) => `${count} ${unit}`)
		.join(' ');
}

/** `3 min ago`, `in 20 s`, `now`. */
export function agoText(atMs: number, nowMs: number): string {
	const seconds = Math.round((nowMs - atMs) / 1000);
	if (Math.abs(seconds) < 2) return 'now';
	return seconds > 0 ? `${durationText(seconds)} ago` : `in ${durationText(-seconds)}`;
}

/** Time of day; with the date where it is another day. */
export function clockText(atMs: number, nowMs: number): string {
	const at = new Date(atMs);
	const time = at.toLocaleTimeString('en-GB');
	if (at.toDateString() === new Date(nowMs).toDateString()) return time;
	return `${at.toLocaleDateString([], { day: 'numeric', month: 'short' })} ${time}`;
}

/** The first eight characters of a release's name. */
export function shortCommit(commit: string): string {
	return commit.slice(0, 8);
}

/** `pullImage` as people say it: `pull image`. */
export function wordsOf(camelCase: string): string {
	return camelCase.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** The text with its first letter large. */
export function sentence(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}

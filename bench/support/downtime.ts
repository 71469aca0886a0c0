import type { Happening } from './course.ts';

/** Milliseconds in which each service that was replaced did not run, from the first end to the last start. */
export function downtimesOf(happenings: readonly Happening[]): number[] {
	const services = new Set(happenings.map(({ serviceName }) => serviceName));
	return [...services].flatMap((name) => {
		const own = happenings.filter(({ serviceName }) => serviceName === name);
		const end = own.find(({ deed }) => deed === 'die');
		const start = own.findLast(({ deed }) => deed === 'start');
		if (end === undefined || start === undefined) return [];
		return [Math.max(0, start.engineMs - end.engineMs)];
	});
}

/** Milliseconds in which not one of `count` services ran that all run at first. */
export function nothingRanMs(happenings: readonly Happening[], count: number): number {
	const turns = happenings
		.filter(({ deed }) => deed !== 'destroy')
		.toSorted((a, b) => a.engineMs - b.engineMs);
	let running = count;
	let total = 0;
	turns.forEach(({ deed, engineMs }, index) => {
		running += deed === 'start' ? 1 : -1;
		const next = turns[index + 1];
		if (running === 0 && next !== undefined) total += next.engineMs - engineMs;
	});
	return total;
}

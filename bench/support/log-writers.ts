import type { BenchDevice } from './bench-device.ts';
import { lineMark } from './line-count.ts';

/** As long as lines of a log mostly are. */
const text =
	`${lineMark}${'the quick brown fox jumps over the lazy dog, again and '.repeat(2)}`.slice(0, 100);

/** The containers of an app, whose logs are written. */
export async function writersOf(device: BenchDevice, appId: number): Promise<string[]> {
	const filter = `label=io.balena.app-id=${appId}`;
	const listed = await device.docker('ps', '--quiet', '--filter', filter);
	return listed.split('\n').filter((id) => id !== '');
}

/** To have the writers in all containers takes an engine so long, and more where it is busy. */
const leadMs = 3000;
const leadEachMs = 250;

/**
 * The first process of each container will write so many lines, all from one moment on, as fast as it can. Starting thirty
 * processes in containers takes two processors for seconds, which is over then.
 * @returns the moment, in milliseconds of `performance.now()`; it has come when that took longer than it should
 */
export async function prepareLines(
	device: BenchDevice,
	containers: readonly string[],
	linesEach: number,
): Promise<number> {
	const atSec = Math.ceil((Date.now() + leadMs + leadEachMs * containers.length) / 1000);
	const startsAtMs = performance.now() + atSec * 1000 - Date.now();
	const write = `sleep $((${atSec} - $(date +%s))); yes "${text}" | head -n ${linesEach} > /proc/1/fd/1`;
	const begin = containers.map((id) => `docker exec --detach ${id} sh -c '${write}' &`).join('\n');
	await device.exec('sh', '-c', `${begin}\nwait`);
	return Math.max(startsAtMs, performance.now());
}

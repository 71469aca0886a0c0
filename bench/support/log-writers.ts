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

/** The first process of each container writes so many lines, all at the same time, as fast as it can. Resolves when that has begun. */
export async function writeLines(
	device: BenchDevice,
	containers: readonly string[],
	linesEach: number,
): Promise<void> {
	const write = `yes "${text}" | head -n ${linesEach} > /proc/1/fd/1`;
	const begin = containers.map((id) => `docker exec --detach ${id} sh -c '${write}' &`).join('\n');
	await device.exec('sh', '-c', `${begin}\nwait`);
}

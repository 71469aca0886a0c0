import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What is alive, in MB, once everything else was collected. */
export async function aliveMb(): Promise<number> {
	for (let round = 0; round < 4; round += 1) {
		collect();
		await turn(); // finalizers and what they set free
	}
	return process.memoryUsage().heapUsed / 1024 ** 2;
}

import type { Dindctl } from '../../test/e2e/support/dindctl.ts';
import { withDeveloperDevice } from '../support/developer-device.ts';
import { median, milliseconds, type Row } from '../support/table.ts';

const rounds = 7;
const refreshAimMs = 3_000;
const againAimMs = 20_000;

/** How long do `./dindctl refresh`, built, restarted and answering, and a `run` that finds nothing to do, take? */
export async function measureRefresh(): Promise<Row[]> {
	const options = ['--mount-dist'];
	return withDeveloperDevice(options, async (dindctl) => {
		await dindctl.mustCall('refresh'); // builds the dashboard, which later ones need not
		const refresh = await medianOf(() => dindctl.mustCall('refresh'));
		const again = await medianOf(() => dindctl.run(...options));
		return [
			rowOf('dindctl refresh: built, restarted and answering', refresh, refreshAimMs),
			rowOf('dindctl run again, nothing to do', again, againAimMs),
		];
	});
}

/** @param work - one round @returns milliseconds */
async function medianOf(work: () => ReturnType<Dindctl['run']>): Promise<number> {
	const times: number[] = [];
	for (let round = 0; round < rounds; round += 1) times.push((await work()).tookMs);
	return median(times);
}

function rowOf(question: string, timeMs: number, aimMs: number): Row {
	return {
		...{ question, measured: milliseconds(timeMs), rounds },
		...{ floor: '', ratio: '', peer: '', aim: milliseconds(aimMs) },
		met: timeMs <= aimMs,
	};
}

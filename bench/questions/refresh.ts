import { withDeveloperDevice } from '../support/developer-device.ts';
import { median, milliseconds, type Row } from '../support/table.ts';

const rounds = 7;
const aimMs = 3_000;

/** How long does `./dindctl refresh` take, from the command to its end: built, restarted, answering? */
export async function measureRefresh(): Promise<Row[]> {
	const times = await withDeveloperDevice(['--mount-dist'], async (dindctl) => {
		await dindctl.mustCall('refresh'); // builds the dashboard, which later ones need not
		const taken: number[] = [];
		for (let round = 0; round < rounds; round += 1) {
			taken.push((await dindctl.mustCall('refresh')).tookMs);
		}
		return taken;
	});
	const time = median(times);
	return [
		{
			question: 'dindctl refresh: built, restarted and answering',
			measured: milliseconds(time),
			rounds,
			...{ floor: '', ratio: '', peer: '', aim: milliseconds(aimMs) },
			met: time <= aimMs,
		},
	];
}

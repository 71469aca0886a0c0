import { startSupervisor } from '../support/bench-supervisor.ts';
import type { BenchContext } from '../support/context.ts';
import { median, milliseconds, type Row } from '../support/table.ts';

const rounds = 9;
const aimMs = 250;

/** How long from the start of the container's first process to the first 200 of `/ping`? */
export async function measureStartUp(context: BenchContext): Promise<Row[]> {
	const times: number[] = [];
	for (let round = 0; round < rounds; round += 1) {
		const supervisor = await startSupervisor(context.device, context);
		times.push(supervisor.startedInMs);
		await supervisor.remove();
	}
	const time = median(times);
	return [
		{
			question: 'start to first 200 of /ping',
			measured: milliseconds(time),
			rounds,
			floor: '',
			ratio: '',
			aim: milliseconds(aimMs),
			peer: '363 ms',
			met: time <= aimMs,
		},
	];
}

import type { BenchSupervisor } from '../support/bench-supervisor.ts';
import type { BenchContext } from '../support/context.ts';
import { openEventReaders } from '../support/event-readers.ts';
import { megabytes, type Row } from '../support/table.ts';
import { pause } from '../support/within.ts';

const readers = 100;
/** Lines that one service writes: in so many bursts of so many lines, with so long a pause between them. */
const bursts = 50;
const burstLines = 50;
const betweenMs = 100;
const lines = bursts * burstLines;
const growthAimKib = 5 * 1024;
/** What can be given back is given back by then: the supervisor does that once a minute at most. */
const restMs = 75_000;
const bare = { rounds: 1, floor: '', ratio: '', peer: '' };

/** How much is told to many readers of the events, and what do they leave behind? */
export async function measureEventReaders(
	{ device }: BenchContext,
	supervisor: BenchSupervisor,
): Promise<Row[]> {
	const before = await supervisor.residentKib();
	const query = 'logs=1&types=log';
	const all = await openEventReaders(supervisor, { readers, query, word: 'event: log.line\n' });
	const [containerId = ''] = (
		await device.docker('ps', '--quiet', '--filter', 'label=io.balena.app-id=77')
	).split('\n');
	const told = all.untilTold(lines);
	const [tookMs] = await Promise.all([told, device.docker('exec', containerId, 'sh', '-c', write)]);
	const during = await supervisor.residentKib();
	all.leave();
	await pause(restMs);
	const after = await supervisor.residentKib();
	const perSecond = (readers * lines) / (tookMs / 1000);
	const written = ((lines / (bursts * betweenMs)) * 1000).toFixed(0);
	return [
		{
			...bare,
			question: `events to ${readers} readers of /v3/events, ${written} log lines a second written`,
			measured: `${perSecond.toFixed(0)}/s`,
			aim: '',
			met: true,
		},
		{
			...bare,
			question: `resident memory after ${readers} readers left (before them; with them)`,
			measured: [after, before, during].map(megabytes).join(', '),
			aim: `+ ${megabytes(growthAimKib)}`,
			met: after - before <= growthAimKib,
		},
	];
}

/** The first process of the container writes its log. */
const write = `for burst in $(seq ${bursts}); do seq ${burstLines}; usleep ${betweenMs * 1000}; done > /proc/1/fd/1`;

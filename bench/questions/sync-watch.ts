import {
	createWorkingCopy,
	startSync,
	type RunningSync,
} from '../../test/e2e/support/working-copy.ts';
import { eventually } from '../../test/support/eventually.ts';
import { withDeveloperDevice } from '../support/developer-device.ts';
import { median, milliseconds, type Row } from '../support/table.ts';

const rounds = 7;
const aimMs = 2_000;

/** How long from a saved file to the supervisor that runs it on a device, with `./sync.ts --watch` over ssh? */
export async function measureSyncWatch(): Promise<Row[]> {
	const times = await withDeveloperDevice(['--ssh'], async ({ sshPort }) => {
		const copy = createWorkingCopy();
		const sync = startSync(copy, ['127.0.0.1', '--port', String(sshPort), '--watch']);
		try {
			await until('sync watches', () => sync.said().includes('watching src'));
			for (let round = 1; round <= rounds; round += 1) {
				copy.change(`console.log('round ${round}');`);
				await until(`change ${round} runs`, () => timesOf(sync).length === round);
			}
			return timesOf(sync);
		} finally {
			await sync.interrupt();
			copy.remove();
		}
	});
	const time = median(times);
	return [
		{
			question: 'sync.ts --watch: from a saved file to the supervisor that runs it, over ssh',
			measured: milliseconds(time),
			rounds,
			...{ floor: '', ratio: '', peer: '', aim: milliseconds(aimMs) },
			met: time <= aimMs,
		},
	];
}

/** What it has told so far, in milliseconds. */
function timesOf(sync: RunningSync): number[] {
	const told = sync.said().matchAll(/running (\d+\.\d+) s after the change/g);
	return [...told].map(([, seconds]) => Number(seconds) * 1000);
}

async function until(what: string, isSo: () => boolean): Promise<void> {
	await eventually(what, () => (isSo() ? true : undefined), { withinMs: 120_000 });
}

import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { createJournalFollower } from '../../src/host/journal-follower.ts';
import { createFollowedJournal } from '../../src/host/journal.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { silentLogger } from '../../src/kit/logger.ts';
import type { LogLine } from '../../src/model/log-line.ts';
import { createLogCursorFile } from '../../src/store/log-cursor-file.ts';
import { eventually } from '../support/eventually.ts';
import { baseImage } from './support/images.ts';
import { useDevice } from './support/shared.ts';

const dropIn = '/run/systemd/journald.conf.d/hf-test.conf';

describe('the journal of a device', () => {
	const device = useDevice();
	let folder: string;
	let lines: LogLine[];
	let stop: AbortController;
	let running: Promise<void>;

	beforeEach(async () => {
		folder = await mkdtemp(path.join(tmpdir(), 'hf-journal-'));
		await mkdir(path.join(folder, 'usr/bin'), { recursive: true });
		await writeFile(path.join(folder, 'usr/bin/journalctl'), ''); // the device's own one is used
		lines = [];
		start();
	});
	afterEach(async () => {
		await end();
		await rm(folder, { recursive: true, force: true });
	});

	function start(): void {
		stop = new AbortController();
		const journal = createFollowedJournal({
			rootMountpoint: folder,
			start: (_root, argv) =>
				spawn('docker', ['exec', device().name, 'timeout', '120', ...argv], {
					stdio: ['ignore', 'pipe', 'pipe'],
				}),
		});
		const follower = createJournalFollower({
			journal,
			cursorStore: createLogCursorFile(path.join(folder, 'cursor')),
			sinks: [{ write: (line) => void lines.push(line) }],
			clock: systemClock,
			log: silentLogger,
		});
		running = follower.run(stop.signal);
	}
	async function end(): Promise<void> {
		stop.abort();
		await running;
	}
	const messages = (): string[] => lines.map(({ message }) => message);
	const untilSaid = (message: string): Promise<unknown> =>
		eventually(`“${message}”`, () => messages().includes(message) || undefined);
	const say = (script: string): Promise<string> =>
		device().exec('systemd-run', '--quiet', '--wait', '--unit=os-update', 'sh', '-c', script);

	it('must tell what a service of the OS says, each entry once, over restarts of the reader', async () => {
		await say('echo one; echo "<3>two"');
		await untilSaid('two');
		await end();
		await say('echo three');
		start();
		await untilSaid('three');
		await say('echo four');
		await untilSaid('four');
		expect(messages()).to.deep.equal(['one', 'two', 'three', 'four']);
		expect(lines.map(({ isStdErr }) => isStdErr)).to.deep.equal([false, true, false, false]);
		expect(lines.every(({ isSystem }) => isSystem)).to.equal(true);
	});

	it('must tell how many messages of the engine were dropped', async () => {
		const text = '[Journal]\\nRateLimitIntervalSec=1s\\nRateLimitBurst=10\\n';
		const folderOf = path.dirname(dropIn);
		try {
			const script = `mkdir -p ${folderOf}; printf '${text}' > ${dropIn}; systemctl restart systemd-journald`;
			await device().exec('sh', '-c', script);
			const print = (count: number): Promise<string> =>
				device().docker(
					...['run', '--rm', '--log-driver', 'journald', '--network', 'none', baseImage],
					...['seq', String(count)],
				);
			await print(20_000);
			const dropped =
				/^Warning: the journal dropped \d+ message\(s\) of docker\.service, lines of services may be among them$/;
			// journald tells with the next message that it lets through
			await eventually('a note of what was dropped', async () => {
				await print(1);
				return messages().some((message) => dropped.test(message)) || undefined;
			});
		} finally {
			await device().exec('sh', '-c', `rm -f ${dropIn}; systemctl restart systemd-journald`);
		}
	});
});

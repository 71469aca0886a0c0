import { spawn } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { silentLogger } from '../kit/logger.ts';
import { createFakeClock, type FakeClock } from '../kit/testing/fake-clock.ts';
import type { LogLine } from '../model/log-line.ts';
import { createJournalFollower } from './journal-follower.ts';
import { parseJournalLine } from './journal-lines.ts';
import { createFollowedJournal } from './journal.ts';
import { makeTempTree, type TempTree } from './testing/temp-tree.ts';

const droppedId = 'a596d6fe7bfa4994828e72309e95d61e';
const entry = (fields: object): string =>
	JSON.stringify({ __CURSOR: 's=1', __REALTIME_TIMESTAMP: '1767225600123456', ...fields });

describe('parseJournalLine', () => {
	const cases = [
		{
			name: 'a word',
			fields: { MESSAGE: 'mode set', PRIORITY: '6' },
			line: { message: 'mode set', isStdErr: false },
		},
		{
			name: 'an error',
			fields: { MESSAGE: 'no such mode', PRIORITY: '3' },
			line: { message: 'no such mode', isStdErr: true },
		},
		{
			name: 'a warning',
			fields: { MESSAGE: 'slow', PRIORITY: '4' },
			line: { message: 'slow', isStdErr: false },
		},
		{
			name: 'bytes',
			fields: { MESSAGE: [0xc3, 0xbc, 0x1b, 0xff] },
			line: { message: 'ü\u001b\ufffd', isStdErr: false },
		},
		{ name: 'nothing', fields: { MESSAGE: null }, line: undefined },
		{
			name: 'dropped messages of the engine',
			fields: {
				MESSAGE: 'Suppressed 164000 messages from docker.service',
				MESSAGE_ID: droppedId,
				N_DROPPED: '164000',
				PRIORITY: '4',
			},
			line: {
				message:
					'Warning: the journal dropped 164000 message(s) of docker.service, lines of services may be among them',
				isStdErr: true,
			},
		},
		{
			name: 'dropped messages, by an older journald',
			fields: { MESSAGE: 'Suppressed 7 messages from balena.service', MESSAGE_ID: droppedId },
			line: {
				message:
					'Warning: the journal dropped 7 message(s) of balena.service, lines of services may be among them',
				isStdErr: true,
			},
		},
		{
			name: 'dropped messages of others',
			fields: { MESSAGE: 'Suppressed 7 messages from cron.service', MESSAGE_ID: droppedId },
			line: undefined,
		},
	];
	for (const { name, fields, line } of cases) {
		it(`must read ${name}`, () => {
			const expected = { timestampMs: 1_767_225_600_123, isSystem: true, ...line };
			expect(parseJournalLine(entry(fields))).to.deep.equal({
				cursor: 's=1',
				line: line === undefined ? undefined : expected,
			});
		});
	}

	it('must not take anything for an entry', () => {
		for (const text of ['', '{', 'null', '[]', '{"MESSAGE":"x"}']) {
			expect(parseJournalLine(text)).to.equal(undefined);
		}
	});
});

describe('createJournalFollower', () => {
	let tree: TempTree;
	let clock: FakeClock;
	let saved: unknown;
	let lines: LogLine[];
	let asked: string[];
	let stop: AbortController;
	let running: Promise<void>;
	let untilExits: () => Promise<unknown>;

	beforeEach(async () => {
		tree = await makeTempTree();
		clock = createFakeClock(Date.UTC(2026, 0, 1));
		saved = undefined;
		lines = [];
		asked = [];
	});
	afterEach(async () => {
		stop.abort();
		await running;
		await tree.remove();
	});

	/** Follows a journal whose journalctl is this script; undefined: there is none. */
	async function start(script: string | undefined): Promise<void> {
		if (script !== undefined) {
			await tree.write({ 'usr/bin/journalctl': `#!/bin/sh\n${script}\n` });
			await chmod(path.join(tree.root, 'usr/bin/journalctl'), 0o755);
		}
		let exit = Promise.resolve<unknown>(undefined);
		untilExits = () => exit;
		stop = new AbortController();
		const journal = createFollowedJournal({
			rootMountpoint: tree.root,
			start: (root, [program = '', ...args]) => {
				asked.push(args.find((arg) => /^--(since|after-cursor)/.test(arg)) ?? '');
				const child = spawn(path.join(root, 'usr/bin', program), args, {
					stdio: ['ignore', 'pipe', 'pipe'],
				});
				exit = new Promise((resolve) => child.once('close', resolve));
				return child;
			},
		});
		const cursorStore = {
			load: () => Promise.resolve(saved),
			save: (value: unknown) => Promise.resolve(void (saved = value)),
		};
		const sinks = [{ write: (line: LogLine) => void lines.push(line) }];
		const deps = { journal, cursorStore, sinks, clock, log: silentLogger };
		running = createJournalFollower(deps).run(stop.signal);
	}
	const untilLines = async (count: number): Promise<void> => {
		while (lines.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
	};
	/** The program has ended, and the follower has noticed. */
	const untilPauses = async (): Promise<void> => {
		await untilExits();
		while (clock.sleepers().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
	};
	const say = (cursor: string, message: string): string =>
		`echo '${entry({ __CURSOR: cursor, MESSAGE: message })}'`;

	it('must begin at its start, and go on after its cursor the next time', async () => {
		await start(`${say('s=7', 'one')}; exec sleep 600`);
		await untilLines(1);
		stop.abort();
		await running;
		expect(saved).to.equal('s=7');
		await start('exec sleep 600');
		while (asked.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
		expect(asked).to.deep.equal(['--since=@1767225600', '--after-cursor=s=7']);
		expect(lines.map(({ message }) => message)).to.deep.equal(['one']);
	});

	it('must start the program again, ever later, while it ends at once', async () => {
		await start('exit 1');
		for (const seconds of [5, 10, 20]) {
			await untilPauses();
			expect(clock.sleepers()).to.deep.equal([seconds * 1000]);
			await clock.advance(seconds * 1000);
		}
		await untilPauses();
		expect(asked).to.have.length(4);
	});

	it('must go on after its cursor when the program ends, also after a quiet time', async () => {
		await start(`case "$*" in *since*) ${say('s=9', 'one')};; esac`);
		for (const seconds of [5, 10]) {
			await untilPauses();
			await clock.advance(seconds * 1000);
		}
		await untilPauses();
		expect(asked).to.deep.equal([
			'--since=@1767225600',
			'--after-cursor=s=9',
			'--after-cursor=s=9',
		]);
		expect(lines).to.have.length(1);
	});

	it('must begin at its start when the journal does not know its cursor', async () => {
		saved = 'garbage';
		await start('echo "Failed to seek to cursor: Invalid argument" >&2; exit 1');
		await untilPauses();
		await clock.advance(5000);
		await untilPauses();
		expect(asked).to.deep.equal(['--after-cursor=garbage', '--since=@1767225600']);
	});

	it('must do nothing where the host has no journalctl', async () => {
		await start(undefined);
		await clock.advance(3_600_000);
		expect(asked).to.deep.equal([]);
	});
});

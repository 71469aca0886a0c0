import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { SupervisorError } from '../kit/errors.ts';
import type { Journal, JournalQuery } from '../ports/host-services.ts';
import type { FollowedJournal } from './journal-follower.ts';
import { journalFields, journalMatches } from './journal-lines.ts';
import { exists } from './network-facts.ts';

export interface JournalOptions {
	/** Mount point of the host's root file system; its own journalctl reads its journal. */
	readonly rootMountpoint: string;
	/** Runs a program of the host; default: in a process of its own, rooted there. */
	readonly start?: typeof startOnHost;
}

type Reader = ChildProcessByStdio<null, Readable, Readable>;

const programs = ['usr/bin/journalctl', 'bin/journalctl'];
/** So much of what journalctl complains of is told. */
const complaintLength = 500;

/** The journal as the host's own journalctl reads it: the files' form is systemd's own affair. */
export function createJournal({ rootMountpoint, start = startOnHost }: JournalOptions): Journal {
	return {
		async read(query, signal) {
			if (!(await hasJournal(rootMountpoint))) {
				throw new SupervisorError('The host has no journalctl', { code: 'HOST_FAILED' });
			}
			return readFrom(start(rootMountpoint, ['journalctl', ...argumentsOf(query)]), signal);
		},
	};
}

/** The parts of the same journal that belong to the device's log. */
export function createFollowedJournal({
	rootMountpoint,
	start = startOnHost,
}: JournalOptions): FollowedJournal {
	const fixed = ['--no-pager', '--all', '--quiet', '--follow', '--output=json'];
	return {
		isThere: () => hasJournal(rootMountpoint),
		follow(from, signal) {
			const place =
				'cursor' in from
					? [`--after-cursor=${from.cursor}`, '--lines=all']
					: [`--since=@${from.sinceSec}`, '--lines=all'];
			const argv = [
				...fixed,
				`--output-fields=${journalFields.join()}`,
				...place,
				...journalMatches,
			];
			return readFrom(start(rootMountpoint, ['journalctl', ...argv]), signal);
		},
	};
}

async function hasJournal(rootMountpoint: string): Promise<boolean> {
	const found = await Promise.all(programs.map((one) => exists(path.join(rootMountpoint, one))));
	return found.includes(true);
}

/** Each value is glued to its option, so that none is taken for an option itself. */
export function argumentsOf(query: JournalQuery): string[] {
	const { all, follow, count, unit, identifier, since, until, format } = query;
	const values = { unit, identifier, lines: count, since, until, output: format };
	return [
		'--no-pager',
		...(all ? ['--all'] : []),
		...(follow ? ['--follow'] : []),
		...Object.entries(values).flatMap(([name, value]) =>
			value === undefined ? [] : [`--${name}=${value}`],
		),
	];
}

export function startOnHost(root: string, command: readonly string[]): Reader {
	return spawn('chroot', [root, ...command], {
		stdio: ['ignore', 'pipe', 'pipe'],
		env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' },
	});
}

async function* readFrom(reader: Reader, signal: AbortSignal): AsyncGenerator<Uint8Array> {
	const kill = (): void => void reader.kill('SIGKILL');
	const ended = once(reader, 'close').then(
		([status]) => (typeof status === 'number' ? status : 0), // a signal: ours
		(err: unknown) => err,
	);
	let complaint = '';
	reader.stderr.on('data', (chunk: Buffer) => {
		complaint = (complaint + chunk.toString()).slice(0, complaintLength);
	});
	signal.addEventListener('abort', kill, { once: true });
	if (signal.aborted) kill();
	try {
		for await (const chunk of reader.stdout) yield chunk as Uint8Array;
		const ending = await ended;
		if (signal.aborted || ending === 0) return;
		const reason = complaint.trim() === '' ? 'it ended at once' : complaint.trim();
		throw new SupervisorError(`The host's journal cannot be read: ${reason}`, {
			code: 'HOST_FAILED',
			cause: ending,
		});
	} finally {
		signal.removeEventListener('abort', kill);
		kill();
		await ended;
	}
}

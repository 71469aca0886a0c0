import path from 'node:path';
import { createCloudLogStream } from '../cloud/log-stream.ts';
import { createJournalFollower } from '../host/journal-follower.ts';
import { createFollowedJournal } from '../host/journal.ts';
import type { Job } from '../kit/job.ts';
import { createLogHub, type LogHub } from '../logs/log-hub.ts';
import { createLogManager } from '../logs/log-manager.ts';
import { createRateGate } from '../logs/rate-gate.ts';
import { createLogSpool } from '../logs/spool.ts';
import { createSystemLog, type SystemLog } from '../logs/system-log.ts';
import type { StateBoard } from '../loop/board.ts';
import type { LogSink } from '../ports/log-sink.ts';
import { createLogCursorFile } from '../store/log-cursor-file.ts';
import type { Basis } from './basis.ts';
import type { CloudLink } from './cloud.ts';
import type { Loop } from './loop.ts';
import { lineMeasures } from './measures.ts';

/** Where lines go: to the cloud, and to whoever listens on the local API. */
export interface LogOutlets {
	readonly sinks: readonly LogSink[];
	readonly hub: LogHub;
	/** What the supervisor itself says among the lines of the services. */
	readonly system: SystemLog;
	/** Lines that did not reach the cloud since the beginning. */
	readonly droppedLines: () => number;
	readonly jobs: readonly Job[];
}

export interface LogOutletOptions {
	readonly link: CloudLink;
	readonly board: StateBoard;
	/** Puts lines among the events. */
	readonly tap: LogSink;
}

export function createLogOutlets(basis: Basis, { link, board, tap }: LogOutletOptions): LogOutlets {
	const { settings, clock } = basis;
	const hub = createLogHub({ clock });
	const say = (message: string): void => system.announce(message);
	const stream = createCloudLogStream({
		...basis,
		...link.access,
		...link,
		mode: () => cloudLogMode(basis),
		spool: createLogSpool({
			...basis,
			folder: path.join(path.dirname(basis.environment.databasePath), 'holdfast-logs'),
			limitBytes: () => settings.current().logSpoolMib * 1024 * 1024,
			say,
		}),
	});
	const gate = createRateGate({
		sinks: [stream, hub, tap, lineMeasures(basis.counts)],
		limits: () => {
			const { logRate: linesPerSec, logBurst: burstLines } = settings.current();
			return { linesPerSec, burstLines };
		},
		clock,
	});
	const sinks = [gate];
	const system = createSystemLog({ sinks, snapshot: () => board.snapshot(), clock });
	const droppedLines = (): number => gate.droppedLines + stream.droppedLines;
	return { sinks, hub, system, droppedLines, jobs: [stream, gate] };
}

/** In local mode the cloud hears of no lines; what waited for it before waits on. */
function cloudLogMode({ settings, configJson }: Basis): 'on' | 'paused' | 'off' {
	const { sendLogs, localMode } = settings.current();
	if (configJson.apiEndpoint === '' || !sendLogs) return 'off';
	return localMode ? 'paused' : 'on';
}

/** Follows the logs of the containers and of the host, and tells what the executor does. */
export function createLogInlets(
	basis: Basis,
	{ outlets, loop }: { readonly outlets: LogOutlets; readonly loop: Loop },
): readonly Job[] {
	const folder = path.dirname(basis.environment.databasePath);
	const manager = createLogManager({
		...basis,
		cursorStore: createLogCursorFile(path.join(folder, 'holdfast-log-cursors')),
		sinks: outlets.sinks,
		observed: () => loop.board.snapshot().observed,
		onChange: (listener) => loop.board.subscribe(listener),
	});
	loop.progress.subscribe((event) => {
		outlets.system.hear(event);
		if (event.kind === 'stepDone' && event.step.kind === 'startContainer') {
			manager.containerStarted(event.step.container);
		}
	});
	const journal = createJournalFollower({
		...basis,
		journal: createFollowedJournal(basis.environment),
		cursorStore: createLogCursorFile(path.join(folder, 'holdfast-journal-cursor')),
		sinks: outlets.sinks,
	});
	return [manager, journal];
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Logger } from '../../kit/logger.ts';
import { createFakeClock } from '../../kit/testing/fake-clock.ts';
import { systemRandom } from '../../kit/random.ts';
import type { StateStore } from '../../ports/state-store.ts';
import { openStateStore } from '../open-state-store.ts';

export interface LoggedLine {
	readonly level: string;
	readonly fields: object;
	readonly message: string;
}

/** A logger that keeps what it is told. */
export function createListLogger(): Logger & { readonly lines: LoggedLine[] } {
	const lines: LoggedLine[] = [];
	const at =
		(level: string) =>
		(fields: object, message: string): void =>
			void lines.push({ level, fields, message });
	const logger = {
		lines,
		trace: at('trace'),
		debug: at('debug'),
		info: at('info'),
		warn: at('warn'),
		error: at('error'),
		fatal: at('fatal'),
		child: (): Logger => logger,
	};
	return logger;
}

export interface TempFolder {
	readonly path: string;
	readonly databasePath: string;
	remove(): Promise<void>;
}

/** A folder of one test's own. */
export async function makeTempFolder(): Promise<TempFolder> {
	const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-store-'));
	return {
		path: folder,
		databasePath: path.join(folder, 'database.sqlite'),
		remove: () => rm(folder, { recursive: true, force: true }),
	};
}

/** Opens a store with a clock that stands still. */
export function openAt(databasePath: string, log: Logger): Promise<StateStore> {
	return openStateStore({
		path: databasePath,
		clock: createFakeClock(),
		random: systemRandom,
		log,
	});
}

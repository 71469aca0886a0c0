import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../kit/clock.ts';
import { messageOf } from '../kit/errors.ts';
import type { Job } from '../kit/job.ts';
import type { Logger } from '../kit/logger.ts';
import { createWaker } from '../kit/waker.ts';
import { writeAtomically } from './durable-write.ts';

export interface TargetConfigFileOptions {
	/** Mount point of the host's root file system. */
	readonly root: string;
	readonly clock: Clock;
	readonly log: Logger;
}

/** Tells other programs of the host the configuration that the target asks for. */
export interface TargetConfigFile extends Job {
	/** The file holds this soon; nobody waits for it, and what comes in between may be left out. */
	note(config: Readonly<Record<string, string>>): void;
}

/** The file `/tmp/balena-supervisor/target-state-config` of the host: the variables as received, as JSON. */
export function createTargetConfigFile({
	root,
	clock,
	log,
}: TargetConfigFileOptions): TargetConfigFile {
	const filePath = path.join(root, 'tmp/balena-supervisor/target-state-config');
	const waker = createWaker(clock);
	let wanted: string | undefined;
	let tried: string | undefined;

	const write = async (text: string): Promise<void> => {
		await mkdir(path.dirname(filePath), { recursive: true });
		await writeAtomically(filePath, text);
	};
	return {
		name: 'target config file',
		note(config) {
			wanted = JSON.stringify(config);
			waker.wake();
		},
		async run(signal) {
			while (!signal.aborted) {
				const text = wanted;
				if (text === undefined || text === tried) {
					await waker.wait(Number.POSITIVE_INFINITY, signal).catch(() => undefined);
					continue;
				}
				tried = text;
				await write(text).catch((err: unknown) =>
					log.debug({ filePath, reason: messageOf(err) }, 'the target configuration is not told'),
				);
			}
		},
	};
}

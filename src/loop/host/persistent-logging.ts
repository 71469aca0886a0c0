import type { Clock } from '../../kit/clock.ts';
import { messageOf } from '../../kit/errors.ts';
import type { Job } from '../../kit/job.ts';
import type { Logger } from '../../kit/logger.ts';
import { createWaker } from '../../kit/waker.ts';
import type { ConfigFile, RebootMark } from '../../ports/host.ts';
import type { StateStore } from '../../ports/state-store.ts';
import type { StateBoard } from '../board.ts';
import { createApplyWatch } from './apply-watch.ts';

export interface PersistentLoggingDeps {
	readonly board: Pick<StateBoard, 'snapshot' | 'subscribe'>;
	/** What the settings in force say. */
	readonly isWanted: () => boolean;
	readonly config: Pick<ConfigFile, 'read' | 'update'>;
	readonly rebootMark: Pick<RebootMark, 'add'>;
	readonly store: Pick<StateStore, 'getSetting' | 'setSetting'>;
	/** A reboot is due from now on. */
	readonly onRebootDue: () => void;
	/** Tells people something: a system message. */
	readonly announce: (message: string) => void;
	readonly clock: Clock;
	readonly log: Logger;
}

const variable = 'SUPERVISOR_PERSISTENT_LOGGING';
/** Present, with the value that is to be written, from before the file is changed until the reboot is due. */
const pendingName = 'persistentLoggingPending';
const retryMs = 600_000;

/**
 * Keeps `persistentLogging` of config.json as the settings say from the first target on; the operating system reads it
 * when it boots, so that each change has a reboot follow. What fails is tried again with the next target, or in ten minutes.
 */
export function createPersistentLogging(deps: PersistentLoggingDeps): Job {
	const { board, clock, log, announce } = deps;
	const waker = createWaker(clock);
	const applying = createApplyWatch(board.snapshot());
	let obstacle: string | undefined;
	const failed = (err: unknown): void => {
		const reason = messageOf(err);
		if (reason === obstacle) return;
		obstacle = reason;
		log.warn({ err }, 'persistent logging cannot be changed, will retry');
		announce(`Error applying configuration change: ${reason}`);
	};
	/** @returns milliseconds until the next look */
	const look = async (): Promise<number> => {
		if (applying.phase() === 'no target yet') return Infinity;
		try {
			await change(deps);
			obstacle = undefined;
			return Infinity;
		} catch (err) {
			failed(err);
			return retryMs;
		}
	};
	return {
		name: 'persistent logging',
		async run(signal) {
			const notice = (): void => {
				if (applying.notice(board.snapshot()).isTargetNew) waker.wake();
			};
			const unsubscribe = board.subscribe(notice);
			notice();
			while (!signal.aborted) {
				const pauseMs = await look();
				await waker.wait(pauseMs, signal).catch(() => undefined); // rejects only when the signal fires
			}
			unsubscribe();
		},
	};
}

/** The file says what is wanted afterwards, and a reboot is due if that is news; also when a former process began it. */
async function change(deps: PersistentLoggingDeps): Promise<void> {
	const { isWanted, config, rebootMark, store, onRebootDue, announce, log } = deps;
	const persistentLogging = isWanted();
	const isAsWanted = (await config.read()).persistentLogging === persistentLogging;
	const pending = await store.getSetting(pendingName);
	if (isAsWanted && pending !== persistentLogging) return;
	const shown = JSON.stringify({ [variable]: persistentLogging });
	if (!isAsWanted) {
		announce(`Applying configuration change ${shown}`);
		await store.setSetting(pendingName, persistentLogging);
		await config.update({ persistentLogging });
		announce(`Applied configuration change ${shown}`);
	}
	await rebootMark.add({ reason: `${variable} is ${persistentLogging ? 'on' : 'off'}` });
	await store.setSetting(pendingName, undefined);
	announce(`Reboot has been scheduled to apply changes: ${shown}`);
	log.info({ persistentLogging }, 'persistent logging changed, a reboot is due');
	onRebootDue();
}

import type { Clock } from '../../kit/clock.ts';
import { isRecord } from '../../kit/digest.ts';
import { messageOf } from '../../kit/errors.ts';
import type { Job } from '../../kit/job.ts';
import type { Logger } from '../../kit/logger.ts';
import { createWaker } from '../../kit/waker.ts';
import { extraFirmware, isTruthy } from '../../model/labels.ts';
import type { ObservedState } from '../../model/observed.ts';
import type { ConfigFile } from '../../ports/host.ts';
import type { StateBoard } from '../board.ts';

export interface ExtraFirmwareDeps {
	readonly board: Pick<StateBoard, 'snapshot' | 'subscribe'>;
	readonly config: Pick<ConfigFile, 'read' | 'update'>;
	/** Tells people something: a system message. */
	readonly announce: (message: string) => void;
	readonly clock: Clock;
	readonly log: Logger;
}

const retryMs = 600_000;

/**
 * Has the operating system look for firmware in the volume of the feature, from when a container of a service mounts it:
 * `os.kernel.extraFirmwareVol` of config.json says so afterwards, and what else is there stays. It is never taken away,
 * as the volume is not. What fails is tried again in ten minutes.
 */
export function createExtraFirmware(deps: ExtraFirmwareDeps): Job {
	const { board, clock, log, announce } = deps;
	const waker = createWaker(clock);
	let obstacle: string | undefined;
	/** @returns milliseconds until the next look */
	const look = async (): Promise<number> => {
		if (!isMounted(board.snapshot().observed)) return Infinity;
		try {
			await nameVolume(deps);
			obstacle = undefined;
			return Infinity;
		} catch (err) {
			const reason = messageOf(err);
			log.warn({ err }, 'volume of further firmware cannot be named in config.json, will retry');
			if (reason !== obstacle) announce(`Error applying configuration change: ${reason}`);
			obstacle = reason;
			return retryMs;
		}
	};
	return {
		name: 'extra firmware',
		async run(signal) {
			let isSeen = false;
			const notice = (): void => {
				const before = isSeen;
				isSeen = isMounted(board.snapshot().observed);
				if (isSeen && !before) waker.wake();
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

/** The volume is there then. */
function isMounted(observed: ObservedState | undefined): boolean {
	return (observed?.containers ?? []).some(
		({ labels, volumes }) =>
			isTruthy(labels[extraFirmware.label]) && volumes.includes(extraFirmware.volume),
	);
}

async function nameVolume({ config, log }: ExtraFirmwareDeps): Promise<void> {
	const { os = {} } = await config.read();
	const kernel = isRecord(os.kernel) ? os.kernel : {};
	if (kernel.extraFirmwareVol === extraFirmware.volume) return;
	const named = { ...kernel, extraFirmwareVol: extraFirmware.volume };
	await config.update({ os: { ...os, kernel: named } });
	log.info({ volume: extraFirmware.volume }, 'volume of further firmware is named in config.json');
}

import isEqual from 'lodash/isEqual.js';
import type { Clock } from '../../kit/clock.ts';
import { messageOf } from '../../kit/errors.ts';
import type { Job } from '../../kit/job.ts';
import type { Logger } from '../../kit/logger.ts';
import { createWaker } from '../../kit/waker.ts';
import type { FirewallWish } from '../../model/firewall.ts';
import type { DeviceSnapshot } from '../../model/snapshot.ts';
import type { Firewall } from '../../ports/host-services.ts';
import type { StateBoard } from '../board.ts';

export interface FirewallKeeperDeps {
	readonly firewall: Firewall;
	readonly board: Pick<StateBoard, 'snapshot' | 'subscribe'>;
	/** How the firewall should be, by the settings in force. */
	readonly wish: (snapshot: DeviceSnapshot) => FirewallWish;
	/** Tells people something: a system message. */
	readonly announce: (message: string) => void;
	readonly clock: Clock;
	readonly log: Logger;
}

/** Rules that somebody else takes away are back after so long, and what failed is tried again, in milliseconds. */
const spacingMs = 3_600_000;

/**
 * Keeps the host's firewall as the settings, the mode and the apps of the device want it: it writes the rules at its
 * start, whenever they should be others, and once an hour. A failure is said once, and nothing waits for it.
 */
export function createFirewallKeeper(deps: FirewallKeeperDeps): Job {
	const { firewall, board, wish, announce, clock, log } = deps;
	const waker = createWaker(clock);
	let inForce: FirewallWish | undefined;
	let obstacle: string | undefined;
	const write = async (): Promise<void> => {
		const wanted = wish(board.snapshot());
		const isNew = !isEqual(wanted, inForce);
		inForce = wanted; // also when it fails: the next change, or the next hour, tries again
		try {
			await firewall.apply(wanted);
			if (isNew || obstacle !== undefined) log.info({ ...wanted }, 'firewall is in force');
			obstacle = undefined;
		} catch (err) {
			const reason = messageOf(err);
			if (obstacle === undefined) announce('Firewall mode not applied due to error');
			if (reason !== obstacle) log.warn({ err, ...wanted }, 'firewall not applied');
			obstacle = reason;
		}
	};
	return {
		name: 'firewall',
		async run(signal) {
			const unsubscribe = board.subscribe((snapshot) => {
				if (!isEqual(wish(snapshot), inForce)) waker.wake();
			});
			while (!signal.aborted) {
				await write();
				await waker.wait(spacingMs, signal).catch(() => undefined); // rejects only when the signal fires
			}
			unsubscribe();
		},
	};
}

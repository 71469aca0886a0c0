import { z } from 'zod';
import { digestOf } from '../kit/digest.ts';
import { messageOf } from '../kit/errors.ts';
import type { Logger } from '../kit/logger.ts';
import type { BlockedReboot, LockInTheWay } from '../model/snapshot.ts';
import type { TargetState } from '../model/target.ts';
import type { RebootMark } from '../ports/host.ts';
import type { StateStore } from '../ports/state-store.ts';
import type { Attempts } from './attempts.ts';
import { durationText } from '../kit/duration-text.ts';
import { lockOf } from './pauses.ts';
import type { PowerOrders } from './power-orders.ts';

export interface DueRebootDeps {
	readonly mark: Pick<RebootMark, 'read'>;
	readonly orders: Pick<PowerOrders, 'give'>;
	readonly store: Pick<StateStore, 'getSetting' | 'setSetting'>;
	/** Pauses after orders that could not be carried out. */
	readonly attempts: Attempts;
	/** Shows what prevents the reboot; undefined: nothing does. */
	readonly tell: (blocked: BlockedReboot | undefined) => void;
	/** Tells people something: a system message. */
	readonly announce: (message: string) => void;
	readonly log: Logger;
}

/** Reboots the device when a breadcrumb asks for it and nothing else is left to do (contract 5.5). */
export interface DueReboot {
	/**
	 * Call it when no app has anything to do that a reboot would interrupt. Three reboots in a row for the same target are
	 * enough: after them the device stays up and says so.
	 * @param options.isSettled - all apps are at rest: without a reboot that is due, the row ends
	 * @returns milliseconds until the next attempt; `Infinity`: none is needed
	 * @throws {SupervisorError} STORE_FAILED, HOST_FAILED
	 */
	attend(target: TargetState, options: { readonly isSettled: boolean }): Promise<number>;
	/** The user's lock that prevented the reboot at the last attempt. */
	readonly lock: LockInTheWay | undefined;
	/** Ends the pause: the next `attend` tries at once. */
	hurry(): void;
}

const mostInARow = 3;
const settingName = 'rebootsInARow';

/** Reboots since the device last came to rest without needing one. */
const Row = z.object({ count: z.number(), target: z.string() });
type Row = z.infer<typeof Row>;

export function createDueReboot(deps: DueRebootDeps): DueReboot {
	const { mark, store, attempts, announce, log } = deps;
	let blocked: BlockedReboot | undefined;
	const tell = (next: BlockedReboot | undefined): void => {
		blocked = next;
		deps.tell(next);
	};
	let row: Row | undefined;
	let hasSaidEnough = false;
	const load = async (): Promise<Row> =>
		(row ??= Row.catch({ count: 0, target: '' }).parse(await store.getSetting(settingName)));
	const save = async (next: Row): Promise<void> => {
		await store.setSetting(settingName, next.count === 0 ? undefined : next);
		row = next;
	};
	const settle = async (): Promise<number> => {
		hasSaidEnough = false;
		if ((await load()).count > 0) await save({ count: 0, target: '' });
		return Infinity;
	};
	return {
		get lock() {
			return blocked?.lock;
		},
		hurry: () => attempts.cutShort(),
		async attend(target, { isSettled }) {
			const due = await mark.read();
			if (due === undefined) tell(undefined);
			if (due === undefined) return isSettled ? settle() : Infinity;
			const name = nameOf(target);
			const last = await load();
			const count = last.target === name ? last.count : 0;
			const reason = due.reasons.length === 0 ? 'somebody asked for it' : due.reasons.join('; ');
			if (count < mostInARow) {
				const before = (): Promise<void> => save({ count: count + 1, target: name });
				return order(reason, before, { ...deps, tell });
			}
			if (!hasSaidEnough) {
				announce(`Not rebooting: ${mostInARow} reboots in a row did not help. Reason: ${reason}`);
				log.error({ reason, count }, 'reboot is due again, staying up');
			}
			hasSaidEnough = true;
			return Infinity;
		},
	};
}

async function order(
	reason: string,
	before: () => Promise<void>,
	{ orders, attempts, tell, announce, log }: DueRebootDeps,
): Promise<number> {
	if (attempts.restMs() > 0) return attempts.restMs();
	try {
		log.info({ reason }, 'reboot is due');
		await orders.give('reboot', { force: false, before });
		attempts.reset();
		tell(undefined);
		return Infinity;
	} catch (err) {
		const obstacle = messageOf(err);
		const pauseMs = attempts.failed(['reboot'], { message: obstacle });
		const lock = lockOf(err);
		tell({ reason, obstacle, retryInMs: pauseMs, ...(lock !== undefined && { lock }) });
		announce(`Reboot is due, retrying in ${durationText(pauseMs)}. Reason: ${obstacle}`);
		log.warn({ err, lock, retryInMs: pauseMs }, 'device cannot be rebooted yet');
		return pauseMs;
	}
}

/** Tells targets apart by what could be the reason of a reboot. */
function nameOf({ apps, config }: TargetState): string {
	const releases = apps.map(({ appUuid, release }) => [appUuid, release?.commit ?? null]);
	return digestOf({ releases, config });
}

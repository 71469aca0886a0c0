import type { Clock } from '../../kit/clock.ts';
import { messageOf } from '../../kit/errors.ts';
import type { Job } from '../../kit/job.ts';
import type { Logger } from '../../kit/logger.ts';
import { createWaker } from '../../kit/waker.ts';
import type { HostUnit } from '../../model/host-unit.ts';
import type { DeviceSnapshot } from '../../model/snapshot.ts';
import {
	computeUnitOrders,
	unitSpacingMs,
	type ApplyPhase,
	type UnitOrder,
	type UnitWish,
} from '../../plan/host/unit-orders.ts';
import type { HostUnits } from '../../ports/host-services.ts';
import type { StateBoard } from '../board.ts';
import { createApplyWatch } from './apply-watch.ts';

export interface UnitKeeperDeps {
	readonly units: HostUnits;
	readonly board: Pick<StateBoard, 'snapshot' | 'subscribe'>;
	/** How the units should be, by the settings in force. */
	readonly wishes: (phase: ApplyPhase) => readonly UnitWish[];
	/** Tells people something: a system message. */
	readonly announce: (message: string) => void;
	readonly clock: Clock;
	readonly log: Logger;
}

/**
 * Keeps the host's units as the settings say: it looks at its start, whenever a target is set or the device settles, and
 * once an hour. A host that cannot be reached is no failure.
 */
export function createUnitKeeper({ board, clock, ...deps }: UnitKeeperDeps): Job {
	const waker = createWaker(clock);
	const lastTriedMs = new Map<string, number>();
	const applying = createApplyWatch(board.snapshot());
	const look = createUnitLook({ ...deps, clock, lastTriedMs });
	const notice = (snapshot: DeviceSnapshot): void => {
		const { hasSettled, isTargetNew } = applying.notice(snapshot);
		if (hasSettled) lastTriedMs.clear();
		if (hasSettled || isTargetNew) waker.wake();
	};
	return {
		name: 'host units',
		async run(signal) {
			const unsubscribe = board.subscribe(notice);
			notice(board.snapshot());
			try {
				while (!signal.aborted) {
					const phase = applying.phase();
					await look(phase, signal);
					if (applying.looked(phase) !== phase) continue;
					await waker.wait(unitSpacingMs, signal).catch(() => undefined); // rejects only when the signal fires
				}
			} finally {
				unsubscribe();
			}
		},
	};
}

type UnitLookDeps = Pick<UnitKeeperDeps, 'units' | 'wishes' | 'announce' | 'clock' | 'log'> & {
	readonly lastTriedMs: Map<string, number>;
};

/** @returns looks at the units once and gives the orders that are due */
function createUnitLook(
	deps: UnitLookDeps,
): (phase: ApplyPhase, signal: AbortSignal) => Promise<void> {
	const { units, wishes, clock, log, lastTriedMs } = deps;
	let obstacle: string | undefined;
	return async (phase, signal) => {
		const wanted = wishes(phase);
		const observed = new Map<string, HostUnit>();
		try {
			for (const unit of wanted.flatMap((wish) => wish.units)) {
				observed.set(unit, await units.look(unit));
			}
			obstacle = undefined;
		} catch (err) {
			const reason = messageOf(err);
			if (reason !== obstacle) log.info({ reason }, 'units of the host cannot be looked at');
			obstacle = reason;
		}
		const nowMs = clock.monotonicMs();
		for (const order of computeUnitOrders({ wishes: wanted, observed, lastTriedMs, nowMs })) {
			if (signal.aborted) return;
			lastTriedMs.set(order.variable, nowMs);
			await give(order, deps);
		}
	};
}

async function give(
	{ kind, units: names, isActive, variable, cause }: UnitOrder,
	{ units, announce, log }: Pick<UnitLookDeps, 'units' | 'announce' | 'log'>,
): Promise<void> {
	const change = JSON.stringify({ [variable]: isActive });
	announce(`Applying configuration change ${change}`);
	try {
		for (const unit of names) {
			await (kind === 'startUnits' ? units.start(unit) : units.stop(unit));
		}
		log.info({ units: names, order: kind, cause }, 'units of the host changed');
		announce(`Applied configuration change ${change}`);
	} catch (err) {
		log.warn({ err, units: names, order: kind, cause }, 'units of the host cannot be changed');
		announce(`Error applying configuration change: ${messageOf(err)}`);
	}
}

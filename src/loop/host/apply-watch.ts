import type { DeviceSnapshot } from '../../model/snapshot.ts';
import type { ApplyPhase } from '../../plan/host/unit-orders.ts';

/** Follows the board: how far the device is with its targets. */
export interface ApplyWatch {
	/** @returns what came about with this snapshot */
	notice(snapshot: DeviceSnapshot): {
		/** All apps came to rest as wanted, or another target comes to a device that is at rest. */
		readonly hasSettled: boolean;
		readonly isTargetNew: boolean;
	};
	/** The first apply lasts until it was looked at, and the device has settled or another target came. */
	phase(): ApplyPhase;
	/** A look of this phase is done. @returns the phase from now on */
	looked(phase: ApplyPhase): ApplyPhase;
}

export function createApplyWatch(first: DeviceSnapshot): ApplyWatch {
	let { target } = first;
	let wasSettled = isSettled(first);
	let isFirstOver = wasSettled; // the device has settled, or had a second target
	let isFirstSeen = false;
	const phase = (): ApplyPhase => {
		if (target === undefined) return 'no target yet';
		return isFirstOver && isFirstSeen ? 'later' : 'first apply';
	};
	return {
		phase,
		notice(snapshot) {
			const isTargetNew = snapshot.target !== target;
			const hadTarget = target !== undefined;
			target = snapshot.target;
			const hasSettled = wasSettled ? isTargetNew : isSettled(snapshot);
			wasSettled = isSettled(snapshot);
			isFirstOver ||= hasSettled || (isTargetNew && hadTarget);
			return { hasSettled, isTargetNew };
		},
		looked(done) {
			isFirstSeen ||= done === 'first apply';
			return phase();
		},
	};
}

function isSettled({ target, apps }: DeviceSnapshot): boolean {
	if (target === undefined) return false;
	const areKnown = target.apps.every(({ appUuid }) => apps[appUuid] !== undefined);
	return areKnown && Object.values(apps).every(({ phase }) => phase === 'settled');
}

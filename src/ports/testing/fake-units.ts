import { SupervisorError } from '../../kit/errors.ts';
import type { HostUnit } from '../../model/host-unit.ts';
import type { HostUnits } from '../host-services.ts';

/** Units in memory; only those that are put there are there. */
export interface FakeUnits extends HostUnits {
	/** By name: whether it runs. */
	readonly active: Map<string, boolean>;
	/** What was ordered: `start openvpn.service`. */
	readonly orders: string[];
	/** Takes every order and does nothing. */
	isLazy: boolean;
	/** Answers nothing. */
	isGone: boolean;
}

export function createFakeUnits(active: Readonly<Record<string, boolean>>): FakeUnits {
	const units: FakeUnits = {
		active: new Map(Object.entries(active)),
		orders: [],
		isLazy: false,
		isGone: false,
		look(unit) {
			if (units.isGone) return refuse('no bus');
			const isActive = units.active.get(unit);
			const seen: HostUnit = { isThere: isActive !== undefined, isActive: isActive === true };
			return Promise.resolve(seen);
		},
		start: (unit) => order('start', unit),
		stop: (unit) => order('stop', unit),
	};
	const order = (verb: 'start' | 'stop', unit: string): Promise<void> => {
		if (!units.active.has(unit)) return refuse(`Unit ${unit} not found.`);
		units.orders.push(`${verb} ${unit}`);
		if (!units.isLazy) units.active.set(unit, verb === 'start');
		return Promise.resolve();
	};
	return units;
}

function refuse(reason: string): Promise<never> {
	return Promise.reject(new SupervisorError(reason, { code: 'HOST_FAILED' }));
}

import { SupervisorError } from '../../kit/errors.ts';
import type { HostPower, PowerOrder } from '../host.ts';

/** A host that only notes what it is told. */
export interface FakePower extends HostPower {
	readonly told: PowerOrder[];
	isUpdating: boolean;
	isRefusing: boolean;
}

export function createFakePower(): FakePower {
	const told: PowerOrder[] = [];
	const refusal = (order: PowerOrder): SupervisorError =>
		new SupervisorError(`The host cannot ${order}`, { code: 'HOST_FAILED' });
	return {
		told,
		isUpdating: false,
		isRefusing: false,
		isOsUpdating() {
			return Promise.resolve(this.isUpdating);
		},
		check(order) {
			return this.isRefusing ? Promise.reject(refusal(order)) : Promise.resolve();
		},
		carryOut(order) {
			if (this.isRefusing) return Promise.reject(refusal(order));
			told.push(order);
			return Promise.resolve();
		},
	};
}

import { messageOf } from '../../kit/errors.ts';
import type { PublishEvent } from '../../model/event.ts';
import type { HostPower } from '../../ports/host.ts';

/** The same power; every order that the host gets is told, and whether it did not take it. */
export function witnessPower(power: HostPower, publish: PublishEvent): HostPower {
	return {
		isOsUpdating: () => power.isOsUpdating(),
		check: (order) => power.check(order),
		async carryOut(order) {
			publish({ type: 'power.ordered', order });
			try {
				await power.carryOut(order);
			} catch (err) {
				publish({ type: 'power.failed', order, error: messageOf(err) });
				throw err;
			}
		},
	};
}

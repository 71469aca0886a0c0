import type { UpdateLocks } from '../../ports/host.ts';
import type { UpdateLocksHarness } from '../../ports/testing/update-locks-contract.ts';
import { createFakeLocks, type FakeLocks } from './executor-bench.ts';

/** Locks in memory for their contract. @param open - those that are tried, over them; default: they themselves */
export function fakeLocksHarness(
	open: (locks: FakeLocks) => UpdateLocks = (locks) => locks,
): UpdateLocksHarness {
	const locks = createFakeLocks();
	return {
		locks: open(locks),
		lockAsUser: (appId, service) => Promise.resolve(void locks.byUsers.add(`${appId}/${service}`)),
		unlockAsUser: (appId, service) =>
			Promise.resolve(void locks.byUsers.delete(`${appId}/${service}`)),
		holder: (appId, service) => {
			const name = `${appId}/${service}`;
			if (locks.byUsers.has(name)) return Promise.resolve('user');
			return Promise.resolve(locks.held.has(name) ? 'supervisor' : 'nobody');
		},
	};
}

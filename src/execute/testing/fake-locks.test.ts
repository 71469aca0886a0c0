import { describeUpdateLocks } from '../../ports/testing/update-locks-contract.ts';
import { createFakeLocks } from './executor-bench.ts';

describeUpdateLocks('the locks in memory', () => {
	const locks = createFakeLocks();
	return Promise.resolve({
		locks,
		lockAsUser: (appId, service) => Promise.resolve(void locks.byUsers.add(`${appId}/${service}`)),
		unlockAsUser: (appId, service) =>
			Promise.resolve(void locks.byUsers.delete(`${appId}/${service}`)),
		holder: (appId, service) => {
			const name = `${appId}/${service}`;
			if (locks.byUsers.has(name)) return Promise.resolve('user');
			return Promise.resolve(locks.held.has(name) ? 'supervisor' : 'nobody');
		},
	});
});

import { createFakePower } from './fake-power.ts';
import { describeHostPower } from './host-power-contract.ts';

describeHostPower('the host in memory', () => {
	const power = createFakePower();
	return Promise.resolve({
		power,
		orders: () => power.told,
		beginOsUpdate: () => Promise.resolve(void (power.isUpdating = true)),
		refuse: () => Promise.resolve(void (power.isRefusing = true)),
	});
});

import { describeBootConfig } from './boot-config-contract.ts';
import { createFakeBootConfig } from './fake-boot-config.ts';

describeBootConfig('the fake', () => {
	const fake = createFakeBootConfig();
	fake.backends.set('configTxt', {
		HOST_CONFIG_gpu_mem: ['16'],
		HOST_CONFIG_dtoverlay: ['w1-gpio', 'vc4'],
	});
	return Promise.resolve({
		open: () => fake,
		boot: () => {
			fake.boot();
			return Promise.resolve();
		},
		makeReadOnly: () => Promise.resolve(void fake.failing.add('configTxt')),
	});
});

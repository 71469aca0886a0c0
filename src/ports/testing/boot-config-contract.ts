import { expect } from 'chai';
import { digestOf } from '../../kit/digest.ts';
import type { BootValues } from '../../model/boot-config.ts';
import type { BootConfig } from '../boot-config.ts';

export interface BootConfigHarness {
	/** As a new process opens it: of a Raspberry, whose config.txt says `gpu_mem=16` and has a list of two overlays. */
	open(): BootConfig;
	/** The host boots. */
	boot(): Promise<void>;
	/** Nothing can be written to the boot partition any more. */
	makeReadOnly(): Promise<void>;
}

const first: BootValues = {
	HOST_CONFIG_gpu_mem: ['16'],
	HOST_CONFIG_dtoverlay: ['w1-gpio', 'vc4'],
};

/** What every BootConfig must do. */
export function describeBootConfig(name: string, start: () => Promise<BootConfigHarness>): void {
	describe(`${name} as BootConfig`, () => {
		let harness: BootConfigHarness;
		beforeEach(async () => {
			harness = await start();
		});

		const look = async () => {
			const { files } = await harness.open().observe();
			return files.find(({ backend }) => backend === 'configTxt');
		};
		const digests = (values: BootValues): Record<string, string> =>
			Object.fromEntries(Object.entries(values).map(([key, items]) => [key, digestOf(items)]));

		it('must tell what the device boots with, and what kind it is', async () => {
			const { deviceType, files, faults } = await harness.open().observe();
			expect({ deviceType, faults }).to.deep.equal({ deviceType: 'raspberrypi4-64', faults: [] });
			expect(files.map(({ backend }) => backend)).to.deep.equal(['configTxt']);
			expect(files[0]?.values).to.deep.equal(first);
		});

		it('must set, change and take away what a change names, and nothing else', async () => {
			await harness.open().change('configTxt', {
				HOST_CONFIG_gpu_mem: null,
				HOST_CONFIG_enable_uart: ['1'],
				HOST_CONFIG_dtparam: ['spi=on', 'i2c_arm=on'],
			});
			const { HOST_CONFIG_dtoverlay } = first;
			expect((await look())?.values).to.deep.equal({
				HOST_CONFIG_dtoverlay,
				HOST_CONFIG_enable_uart: ['1'],
				HOST_CONFIG_dtparam: ['spi=on', 'i2c_arm=on'],
			});
		});

		it('must find no fault in a change that is so already', async () => {
			const change = { HOST_CONFIG_gpu_mem: ['16'], HOST_CONFIG_other: null };
			await harness.open().change('configTxt', change);
			expect((await look())?.values).to.deep.equal(first);
		});

		it('must know what the device has booted with until it boots again', async () => {
			await harness.open().observe();
			await harness.open().change('configTxt', { HOST_CONFIG_gpu_mem: ['32'] });
			expect((await look())?.digestsAtBoot).to.deep.equal(digests(first));
			await harness.boot();
			expect((await look())?.digestsAtBoot).to.deep.equal(
				digests({ ...first, HOST_CONFIG_gpu_mem: ['32'] }),
			);
		});

		it('must say what fails, and leave everything as it was', async () => {
			await harness.makeReadOnly();
			const change = harness.open().change('configTxt', { HOST_CONFIG_gpu_mem: ['32'] });
			const err = await change.then(
				() => undefined,
				(failure: unknown) => failure,
			);
			expect(err).to.have.property('code', 'HOST_FAILED');
			expect((await look())?.values).to.deep.equal(first);
		});
	});
}

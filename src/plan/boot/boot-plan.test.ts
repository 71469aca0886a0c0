import { expect } from 'chai';
import { digestOf } from '../../kit/digest.ts';
import type { BootBackend, BootValues } from '../../model/boot-config.ts';
import { bootedWith } from '../testing/simulated-boot.ts';
import { bootVariablesOf, computeBootPlan, type BootPlan } from './boot-plan.ts';
import { reportedBootValues } from './reported-values.ts';

const planOf = (
	config: Readonly<Record<string, string>>,
	{ backend = 'configTxt', values = {} }: { backend?: BootBackend; values?: BootValues } = {},
): BootPlan =>
	computeBootPlan({
		config,
		observed: { deviceType: 'x', files: [bootedWith({ backend, values })], faults: [] },
		managed: [],
		dueReasons: [],
	});

describe('computeBootPlan', () => {
	it('must show all that is wanted of the backend, and of the reboot what it is for', () => {
		const { plan } = planOf(
			{ HOST_CONFIG_a: '1', HOST_CONFIG_b: '2', HOST_CONFIG_dtparam: 'spi=on' },
			{ values: { HOST_CONFIG_a: ['1'] } },
		);
		const [change, reboot] = plan.steps;
		expect(change).to.deep.include({
			kind: 'changeBootConfig',
			wanted: { a: '1', b: '2', dtparam: ['spi=on'] },
			change: { HOST_CONFIG_b: ['2'], HOST_CONFIG_dtparam: ['spi=on'] },
		});
		expect(reboot).to.deep.include({
			kind: 'requireReboot',
			reason: 'boot configuration changed: config.txt',
			changes: { b: '2', dtparam: ['spi=on'] },
		});
	});

	it('must not show all of a picture', () => {
		const head = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
		const picture = Buffer.concat([head, Buffer.alloc(1000)]).toString('base64');
		const { plan } = planOf({ HOST_SPLASH_image: picture }, { backend: 'splash' });
		const [change, reboot] = plan.steps;
		expect(change).to.have.nested.property('wanted.image').with.length(41);
		expect(reboot).to.have.nested.property('changes.image').with.length(41);
	});

	it('must take the board’s own picture for none', () => {
		const head = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]).toString('base64');
		const name = 'HOST_SPLASH_image';
		const own = [`data:image/png;base64,${head}`];
		const file = {
			...bootedWith({ backend: 'splash', values: {} }),
			defaultDigests: { [name]: digestOf(own) },
		};
		const observed = { deviceType: 'x', files: [file], faults: [] };
		const asked = { config: { [name]: head }, observed, managed: [], dueReasons: [] };
		expect(computeBootPlan(asked).plan.steps).to.deep.equal([]);
		const other = { ...file, values: { [name]: ['data:image/png;base64,x'] } };
		const [change] = computeBootPlan({ ...asked, observed: { ...observed, files: [other] } }).plan
			.steps;
		expect(change).to.deep.include({ change: { [name]: null } });
	});

	it('must name what cannot be changed', () => {
		const { notices, plan } = planOf({ RESIN_HOST_CONFIG_kernel: 'x', HOST_CONFIG_a: '1\n2' });
		expect(notices).to.deep.equal([
			'HOST_CONFIG_a must be of one line; it is left as it is',
			'HOST_CONFIG_kernel cannot be changed; it is left as it is',
		]);
		expect(plan.steps).to.deep.equal([]);
	});

	it('must not name what cannot be changed and is so already', () => {
		const values = { HOST_CONFIG_kernel: ['x'] };
		expect(planOf({ HOST_CONFIG_kernel: 'x' }, { values }).notices).to.deep.equal([]);
	});
});

describe('bootVariablesOf', () => {
	it('must give the names that count, also of those that are not understood', () => {
		const config = { RESIN_HOST_CONFIG_b: '1', HOST_CONFIG_a: '"', SUPERVISOR_DELTA: '1' };
		expect(bootVariablesOf(config)).to.deep.equal(['HOST_CONFIG_a', 'HOST_CONFIG_b']);
	});
});

describe('reportedBootValues', () => {
	it('must give what variables could set, and what two backends have from the first', () => {
		const files = [
			{ backend: 'configTxt', values: { HOST_CONFIG_kernel: ['x'], HOST_CONFIG_a: ['1'] } },
			{ backend: 'extraUEnv', values: { HOST_EXTLINUX_fdt: ['a.dtb'] } },
			{ backend: 'extlinux', values: { HOST_EXTLINUX_fdt: ['b.dtb'] } },
		] as const;
		expect(reportedBootValues({ files: files.map(bootedWith) })).to.deep.equal({
			HOST_CONFIG_a: ['1'],
			HOST_EXTLINUX_fdt: ['a.dtb'],
		});
	});
});

import { expect } from 'chai';
import type { BootValues } from '../model/boot-config.ts';
import type { TargetState } from '../model/target.ts';
import { systemMessageOf } from '../report/system-messages.ts';
import { startLoop, type LoopBench } from './testing/loop-bench.ts';
import { appIdOf, targetOf, type TestApp } from './testing/target-documents.ts';

const web: TestApp = { services: { web: {} } };
const wanting = (config: Readonly<Record<string, string>>, app = web): TargetState => ({
	...targetOf(app),
	config,
});

describe('a device whose boot configuration is to be another', () => {
	let loop: LoopBench;
	beforeEach(() => {
		loop = startLoop();
		loop.bootConfig.backends.set('configTxt', { HOST_CONFIG_uart: ['1'] });
	});
	afterEach(() => loop.stop());

	const values = (): BootValues | undefined => loop.bootConfig.backends.get('configTxt');
	const steps = (): string[] =>
		loop.events.flatMap((event) => (event.kind === 'stepStarted' ? [event.step.kind] : []));
	const messages = (): string[] => loop.events.flatMap((event) => systemMessageOf(event) ?? []);
	/** A former life is over, and the host has booted. */
	const boot = async (target: TargetState): Promise<void> => {
		await loop.stop();
		loop.rebootMark.due = undefined;
		loop.locks.held.clear();
		loop.power.told.length = 0;
		loop.bootConfig.boot();
		loop = startLoop(loop);
		loop.reconciler.setTarget(target);
		await loop.pass(5000);
	};

	it('must be changed before the apps, have a reboot follow once they are settled, and be at rest then', async () => {
		const target = wanting({ RESIN_HOST_CONFIG_gpu_mem: '16' });
		loop.reconciler.setTarget(target);
		await loop.pass(5000);
		expect(steps().slice(0, 3)).to.deep.equal(['changeBootConfig', 'requireReboot', 'pullImage']);
		expect(values()).to.deep.equal({ HOST_CONFIG_uart: ['1'], HOST_CONFIG_gpu_mem: ['16'] });
		expect(loop.condition()).to.have.property('phase', 'settled');
		expect(loop.power.told).to.deep.equal(['reboot']);
		await boot(target);
		expect(loop.bootConfig.changes).to.have.length(1);
		expect(loop.power.told).to.deep.equal([]);
	});

	it('must tell what is applied, and of the reboot what it is for', async () => {
		loop.reconciler.setTarget(wanting({ RESIN_HOST_CONFIG_dtparam: '"spi=on"' }));
		await loop.pass(5000);
		expect(messages().slice(0, 3)).to.deep.equal([
			'Applying boot config: {"dtparam":["spi=on"]}',
			'Applied boot config: {"dtparam":["spi=on"]}',
			'Reboot has been scheduled to apply changes: {"dtparam":["spi=on"]}',
		]);
		expect(loop.announced).to.include('Rebooting');
	});

	it('must do so for apps that are settled already', async () => {
		loop.reconciler.setTarget(wanting({}));
		await loop.pass(5000);
		expect(loop.power.told).to.deep.equal([]);
		loop.reconciler.setTarget(wanting({ RESIN_HOST_CONFIG_gpu_mem: '16' }));
		await loop.pass(5000);
		expect(loop.power.told).to.deep.equal(['reboot']);
	});

	it('must wait with the reboot for locks', async () => {
		loop.reconciler.setTarget(wanting({}));
		await loop.pass(5000);
		const release = (): void => void loop.locks.byUsers.delete(`${appIdOf()}/web`);
		loop.locks.byUsers.add(`${appIdOf()}/web`);
		loop.reconciler.setTarget(wanting({ RESIN_HOST_CONFIG_gpu_mem: '16' }));
		await loop.pass(5000);
		expect(loop.power.told).to.deep.equal([]);
		expect(loop.board.snapshot().blockedReboot).to.have.property(
			'reason',
			'boot configuration changed: config.txt',
		);
		release();
		await loop.pass(5000);
		expect(loop.power.told).to.deep.equal(['reboot']);
	});

	it('must ask for the reboot when the supervisor was killed before it could', async () => {
		const target = wanting({ RESIN_HOST_CONFIG_gpu_mem: '16' });
		await loop.bootConfig.observe();
		loop.bootConfig.backends.set('configTxt', { HOST_CONFIG_gpu_mem: ['16'] });
		loop.reconciler.setTarget(target);
		await loop.pass(5000);
		expect(steps()).to.include('requireReboot');
		expect(steps()).to.not.include('changeBootConfig');
		expect(loop.power.told).to.deep.equal(['reboot']);
	});

	it('must take away what no target names any more, and only what one did', async () => {
		await boot(wanting({ RESIN_HOST_CONFIG_gpu_mem: '16' }));
		await boot(wanting({}));
		expect(values()).to.deep.equal({ HOST_CONFIG_uart: ['1'] });
		expect(loop.power.told).to.deep.equal(['reboot']);
		await boot(wanting({}));
		expect(loop.bootConfig.changes).to.have.length(2);
		expect(loop.power.told).to.deep.equal([]);
	});

	it('must know in another life what a target named that asked for nothing new', async () => {
		await boot(wanting({ RESIN_HOST_CONFIG_uart: '1' }));
		expect(loop.bootConfig.changes).to.deep.equal([]);
		await boot(wanting({}));
		expect(values()).to.deep.equal({});
	});

	it('must keep no app waiting when a change fails, tell so, and try again ever more seldom', async () => {
		loop.bootConfig.failing.add('configTxt');
		loop.reconciler.setTarget(wanting({ RESIN_HOST_CONFIG_gpu_mem: '16' }));
		await loop.pass(5000);
		expect(loop.condition()).to.have.property('phase', 'settled');
		expect(loop.power.told).to.deep.equal([]);
		const failure = 'Error setting boot config: cannot write configTxt: the disk is read-only';
		const told = (): number => messages().filter((message) => message === failure).length;
		expect(told()).to.be.within(2, 5);
		const before = told();
		await loop.pass(60_000);
		expect(told() - before).to.be.within(1, 5);
		loop.bootConfig.failing.clear();
		await loop.pass(300_000);
		expect(values()).to.have.property('HOST_CONFIG_gpu_mem');
		expect(loop.power.told).to.deep.equal(['reboot']);
	});

	it('must go on with the other backends when one fails', async () => {
		loop.bootConfig.backends.set('powerAndFan', {});
		loop.bootConfig.failing.add('powerAndFan');
		loop.reconciler.setTarget(
			wanting({ RESIN_HOST_CONFIG_power_mode: 'low', RESIN_HOST_CONFIG_gpu_mem: '16' }),
		);
		await loop.pass(2000);
		expect(values()).to.have.property('HOST_CONFIG_gpu_mem');
		expect(loop.power.told).to.deep.equal(['reboot']);
	});

	it('must change config.json first', async () => {
		loop.bootConfig.backends.set('powerAndFan', {});
		loop.reconciler.setTarget(
			wanting({ RESIN_HOST_CONFIG_power_mode: 'low', RESIN_HOST_CONFIG_gpu_mem: '16' }),
		);
		await loop.pass(5000);
		expect(loop.bootConfig.changes.map((change) => change.split(' ')[0])).to.deep.equal([
			'powerAndFan',
			'configTxt',
		]);
		expect(loop.power.told).to.deep.equal(['reboot']);
	});

	it('must name once what cannot be changed, and apply the rest', async () => {
		const config = { RESIN_HOST_CONFIG_kernel: 'x', RESIN_HOST_CONFIG_uart: '1' };
		loop.reconciler.setTarget(wanting(config));
		await loop.pass(5000);
		loop.reconciler.setTarget(wanting({ ...config, SUPERVISOR_DELTA: '1' }));
		await loop.pass(5000);
		expect(loop.announced).to.deep.equal([
			'HOST_CONFIG_kernel cannot be changed; it is left as it is',
		]);
		expect(loop.condition()).to.have.property('phase', 'settled');
	});

	it('must tell of a file that cannot be read once, and only who wants something of it', async () => {
		loop.bootConfig.unreadable.add('extlinux');
		loop.reconciler.setTarget(wanting({}));
		await loop.pass(5000);
		expect(loop.announced).to.deep.equal([]);
		loop.reconciler.setTarget(wanting({ HOST_EXTLINUX_fdt: 'a.dtb' }));
		await loop.pass(60_000);
		expect(loop.announced).to.deep.equal(['Error setting boot config: extlinux is torn']);
		expect(loop.condition()).to.have.property('phase', 'settled');
	});

	it('must stop to reboot when the change does not outlive the boot', async () => {
		const target = wanting({ RESIN_HOST_CONFIG_gpu_mem: '16' });
		const reboots: string[] = [];
		for (let time = 0; time < 5; time++) {
			loop.bootConfig.backends.set('configTxt', {});
			await boot(target);
			reboots.push(loop.power.told.join());
		}
		expect(reboots).to.deep.equal(['reboot', 'reboot', 'reboot', '', '']);
		expect(loop.announced.join()).to.include(
			'Not rebooting: 3 reboots in a row did not help. Reason: boot configuration changed: config.txt',
		);
	});

	it('must be put into effect once, and touch nothing on a device that has none', async () => {
		loop.bootConfig.backends.clear();
		loop.reconciler.setTarget(wanting({ HOST_CONFIG_gpu_mem: '1' }));
		await loop.pass(5000);
		loop.reconciler.setTarget(wanting({ HOST_CONFIG_gpu_mem: '2' }));
		await loop.pass(5000);
		expect(loop.bootConfig.prepared).to.equal(1);
		expect(loop.bootConfig.changes).to.deep.equal([]);
		expect(await loop.store.getSetting('bootVariables')).to.equal(undefined);
	});

	it('must hold no app back for longer than half a minute when the disk does not answer', async () => {
		let answer = (): void => undefined;
		const { files, faults, deviceType } = await loop.bootConfig.observe();
		loop.bootConfig.observe = () =>
			new Promise((resolve) => (answer = () => resolve({ files, faults, deviceType })));
		loop.reconciler.setTarget(wanting({}));
		await loop.pass(29_000);
		expect(loop.containers()).to.deep.equal([]);
		await loop.pass(5000);
		expect(loop.condition()).to.have.property('phase', 'settled');
		answer();
	});
});

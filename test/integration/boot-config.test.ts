import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { startLoginManager, type LoginManager } from '../faults/support/login-manager.ts';
import type { ReleaseView } from '../../tools/cloud/dev/views.ts';
import { askForUpdate, deploy } from '../support/deploy.ts';
import { eventually } from '../support/eventually.ts';
import { markLog, untilLogged, untilRuns, type SeenServices } from '../support/until.ts';
import { useStage } from '../support/use-stage.ts';
import { skipTest } from '../support/skip-test.ts';

const patience = { withinMs: 120_000 };
const comment = '# for the camera; see the manual';
const first = [
	'gpu_mem=16',
	comment,
	'dtparam=i2c_arm=on,spi=on',
	'dtoverlay=vc4-kms-v3d',
	'dtparam=cma-512',
	'[pi4]',
	'arm_boost=1',
	'[all]',
	'',
].join('\n');

/** One story: each test goes on where the one before ended. */
describe('a Raspberry whose boot configuration is changed', function () {
	this.timeout(300_000);
	const stage = useStage();
	let manager: LoginManager | undefined;
	let services: SeenServices;
	let release: ReleaseView;
	let uuid: string;
	let orders = 0;

	const inDevice = (name: string): string => join(stage().folder.root, name);
	const configTxt = (): Promise<string> => readFile(inDevice('boot/config.txt'), 'utf8');
	const lockPath = (): string =>
		inDevice(`tmp/balena-supervisor/services/${stage().fleet.id}/web/updates.lock`);

	const set = async (name: string, value: string | null): Promise<void> => {
		await stage().client.setVariable({ device: uuid, name, value });
		await askForUpdate(stage());
	};
	const untilConfig = (isSo: (lines: readonly string[]) => boolean): Promise<unknown> =>
		eventually(
			'the change of config.txt',
			async () => {
				const text = await configTxt();
				if (isSo(text.split('\n'))) return text;
				throw new Error(text);
			},
			patience,
		);
	const untilOrdered = async (): Promise<void> => {
		orders += 1;
		await eventually(
			`order ${orders} to reboot`,
			() => ((manager?.orders.length ?? 0) >= orders ? true : undefined),
			patience,
		);
		expect(manager?.orders).to.deep.equal(Array.from({ length: orders }, () => 'Reboot'));
	};
	/** Resolves once the cloud has these lines in its log of the device, in this order. */
	const untilTold = (...wanted: readonly string[]): Promise<unknown> =>
		eventually(
			'system messages',
			async () => {
				const lines = await stage().client.deviceLogs(uuid);
				const messages = lines.map(({ message }) => message);
				const found = messages.filter((message) => wanted.includes(message));
				if (found.join('\n') === wanted.join('\n')) return true;
				throw new Error(messages.join('\n'));
			},
			patience,
		);
	/** The host goes down and comes up again, as it was told to. */
	const boot = async (): Promise<void> => {
		await stage().supervisor().kill();
		for (const name of ['reboot-after-apply', 'boot-config-at-boot']) {
			await rm(inDevice(`tmp/balena-supervisor/${name}`), { force: true });
		}
		await stage().start();
		await untilRuns(stage(), release, patience);
	};

	before(async function () {
		if (process.getuid?.() !== 0) skipTest(this, 'this user is not root, whom lock files need');
		manager = await startLoginManager(stage());
		if (manager === undefined) skipTest(this, 'there is no dbus-daemon here');
		const deviceType = { slug: 'raspberrypi4-64', arch: 'amd64' };
		await writeFile(inDevice('boot/device-type.json'), JSON.stringify(deviceType));
		await writeFile(inDevice('boot/config.txt'), first);
		await stage().configure({ ...stage().config, deviceType: deviceType.slug });
		await stage().start();
		release = await eventually(
			'the first release',
			async () => {
				const [device] = await stage().client.listDevices();
				if (device === undefined) return undefined;
				uuid = device.uuid;
				return deploy(stage(), { web: 'web1', worker: 'worker1' });
			},
			patience,
		);
		services = await untilRuns(stage(), release, patience);
	});
	after(() => manager?.stop());

	it('must tell the cloud what it boots with, and leave it as it is', async () => {
		const told = await eventually(
			'three variables told',
			() => {
				const filter = { method: 'POST', path: '^/v7/device_config_variable' };
				const bodies = stage()
					.cloud()
					.journal.list(filter)
					.map(({ body }) => body as Readonly<Record<string, unknown>>);
				return bodies.length < 3 ? undefined : bodies.map(({ name, value }) => [name, value]);
			},
			patience,
		);
		expect(Object.fromEntries(told)).to.include({
			RESIN_HOST_CONFIG_gpu_mem: '16',
			RESIN_HOST_CONFIG_dtparam: '"i2c_arm=on","spi=on"',
			RESIN_HOST_CONFIG_dtoverlay: 'vc4-kms-v3d,cma-512',
		});
		await askForUpdate(stage());
		expect(await configTxt()).to.equal(first);
		expect(manager?.orders).to.deep.equal([]);
	});

	it('must write what a variable says, tell so, and reboot', async () => {
		await set('RESIN_HOST_CONFIG_gpu_mem', '32');
		await untilConfig((lines) => lines.includes('gpu_mem=32'));
		await untilOrdered();
		expect((await configTxt()).split('\n')).to.include.members([comment, '[pi4]', 'arm_boost=1']);
		const wanted =
			'{"dtoverlay":["vc4-kms-v3d,cma-512"],"dtparam":["i2c_arm=on","spi=on"],"gpu_mem":"32"}';
		await untilTold(
			`Applying boot config: ${wanted}`,
			`Applied boot config: ${wanted}`,
			'Reboot has been scheduled to apply changes: {"gpu_mem":"32"}',
			'Rebooting',
		);
	});

	it('must have left the apps alone, and be at rest after the boot', async () => {
		await boot();
		expect(await stage().engine.services()).to.deep.equal(services);
		expect(manager?.orders).to.have.length(orders);
		expect((await configTxt()).split('\n')).to.include('gpu_mem=32');
	});

	it('must show in a dry run what would be changed, and change nothing', async () => {
		const config = { HOST_CONFIG_gpu_mem: '64' };
		const { text } = await stage().api.post('/v3/plan?keepOthers=true', { config, apps: {} });
		expect(text).to.include('HOST_CONFIG_gpu_mem is 32, wanted 64');
		expect((await configTxt()).split('\n')).to.include('gpu_mem=32');
	});

	it('must wait with the reboot while an app holds a lock, and only so long', async () => {
		await mkdir(join(lockPath(), '..'), { recursive: true });
		await writeFile(lockPath(), '');
		const mark = markLog(stage());
		await set('RESIN_HOST_CONFIG_enable_uart', '1');
		await untilConfig((lines) => lines.includes('enable_uart=1'));
		await untilLogged(stage(), 'Reboot is due, retrying', mark);
		expect(manager?.orders).to.have.length(orders);
		await rm(lockPath());
		await untilOrdered();
		await boot();
	});

	it('must name once what cannot be changed, and apply the rest', async () => {
		const mark = markLog(stage());
		await set('RESIN_HOST_CONFIG_kernel', 'mine.img');
		await untilLogged(stage(), 'HOST_CONFIG_kernel cannot be changed', mark);
		await set('RESIN_HOST_CONFIG_dtoverlay', '"w1-gpio,gpiopin=4","vc4-kms-v3d"');
		await untilConfig((lines) =>
			lines.join(' ').endsWith('dtoverlay=w1-gpio dtparam=gpiopin=4 dtoverlay=vc4-kms-v3d '),
		);
		expect(await configTxt()).to.not.include('mine.img');
		await untilOrdered();
		await boot();
	});

	it('must take away what no variable says any more', async () => {
		await set('RESIN_HOST_CONFIG_gpu_mem', null);
		await untilConfig((lines) => !lines.some((line) => line.startsWith('gpu_mem')));
		await untilOrdered();
		expect((await configTxt()).split('\n')).to.include.members([comment, 'enable_uart=1']);
		await boot();
		expect(await stage().engine.services()).to.deep.equal(services);
		expect(manager?.orders).to.have.length(orders);
	});
});

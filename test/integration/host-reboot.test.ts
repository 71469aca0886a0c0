import { expect } from 'chai';
import { createHostPower } from '../../src/host/power.ts';
import { createRebootMark } from '../../src/host/reboot-mark.ts';
import { createSystemBus } from '../../src/host/system-bus.ts';
import type { HostPower, PowerOrder, RebootMark } from '../../src/ports/host.ts';
import { docker } from '../../tools/dind/commands/argv.ts';
import { eventually } from '../support/eventually.ts';
import { startDevice, type TestDevice } from './support/device.ts';
import { shell } from './support/host.ts';

/** What the supervisor in the device would reach through its mounts, reached through the device's first process. */
interface DeviceHost {
	readonly power: HostPower;
	readonly mark: RebootMark;
}

describe('a device that is taken down', function () {
	this.timeout(120_000);
	let device: TestDevice;
	before(async function () {
		if (process.getuid?.() !== 0) this.skip(); // the files of another process are root's
		device = await startDevice();
	});
	after(() => (device as TestDevice | undefined)?.remove());

	const inspect = (field: string): Promise<string> =>
		shell.read(docker('inspect', '--format', `{{.State.${field}}}`, device.name));
	const hostOf = async (): Promise<DeviceHost> => {
		const root = `/proc/${await inspect('Pid')}/root`;
		const bus = createSystemBus({
			address: `unix:path=${root}/run/dbus/system_bus_socket`,
			timeoutMs: 3000,
		});
		return {
			power: createHostPower({ bus, stateMountpoint: `${root}/mnt/state` }),
			mark: createRebootMark({ root }),
		};
	};
	const until = (what: string, isSo: () => Promise<boolean>): Promise<unknown> =>
		eventually(what, async () => (await isSo()) || undefined, { withinMs: 60_000, everyMs: 200 });

	/** Resolves when the device's login manager takes orders. */
	const untilReady = (): Promise<unknown> =>
		until('a login manager', async () => {
			await (await hostOf()).power.check('reboot');
			return true;
		});

	for (const order of ['reboot', 'shutdown'] satisfies PowerOrder[]) {
		it(`must end in order and begin another boot: ${order}`, async () => {
			await untilReady();
			const host = await hostOf();
			await host.power.check(order);
			await host.mark.add({ reason: 'a test', serviceKey: 'a/web' });
			await host.power.carryOut(order);
			await until('the end of the device', async () => (await inspect('Running')) === 'false');
			await shell.read(docker('start', device.name));
			await untilReady();
			expect(await (await hostOf()).mark.read()).to.equal(undefined);
		});
	}

	it('must not take a breadcrumb of an earlier boot for one of this, where its folder outlives the boot', async () => {
		await untilReady();
		const { mark } = await hostOf();
		await mark.add({ reason: 'a test' });
		const text = await device.exec('cat', '/tmp/balena-supervisor/reboot-after-apply');
		await device.exec('systemctl', 'reboot').catch(() => undefined); // it ends with the device
		await until('the end of the device', async () => (await inspect('Running')) === 'false');
		await shell.read(docker('start', device.name));
		await untilReady();
		const again = (await hostOf()).mark;
		await device.exec('mkdir', '-p', '/tmp/balena-supervisor');
		await device.exec(
			...['sh', '-c', `printf %s '${text}' >/tmp/balena-supervisor/reboot-after-apply`],
		);
		expect(await again.read()).to.equal(undefined);
		await again.add({ reason: 'a test' });
		expect(await again.read()).to.deep.equal({ reasons: ['a test'], services: [] });
	});
});

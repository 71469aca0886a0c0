import path from 'node:path';
import { expect } from 'chai';
import { ConfigJson } from '../config/config-json.ts';
import { SupervisorError } from '../kit/errors.ts';
import type { ConfigFile, Host } from '../ports/host.ts';
import { createFakeClock } from '../kit/testing/fake-clock.ts';
import { createHost } from './create-host.ts';
import { makeTempTree, type TempTree } from './testing/temp-tree.ts';

const configOf = (json: unknown): ConfigFile => ({
	read: () => Promise.resolve(ConfigJson.parse(json)),
	update: () => Promise.reject(new Error('not asked for')),
});

describe('createHost', () => {
	let tree: TempTree;
	beforeEach(async () => {
		tree = await makeTempTree();
	});
	afterEach(() => tree.remove());

	let networkReads = 0;
	const open = (configFile = configOf({})): Host =>
		createHost({
			clock: createFakeClock(),
			rootMountpoint: path.join(tree.root, 'root'),
			bootMountpoint: path.join(tree.root, 'boot'),
			osReleasePath: path.join(tree.root, 'root/etc/os-release'),
			macAddressPath: path.join(tree.root, 'net'),
			configFile,
			kernel: {
				proc: path.join(tree.root, 'proc'),
				sys: path.join(tree.root, 'sys'),
				kmsg: path.join(tree.root, 'kmsg'),
			},
			interfaces: () => {
				networkReads += 1;
				return {};
			},
		});

	it('must give the facts of the mounted files', async () => {
		await tree.write({
			'proc/sys/kernel/osrelease': '6.1.0-13-amd64\n',
			'root/etc/os-release': `NAME=x\nID=field-os\nVERSION_ID="6.5.1"\nPRETTY_NAME="Field \\"OS\\" 6.5.1"\nVARIANT_ID='dev'\nBALENA_BOARD_REV=0a1b2c\n`,
			'boot/device-type.json': '{"slug":"raspberrypi4-64","arch":"aarch64","name":"Pi"}',
			'net/eth0/type': '1\n',
			'net/eth0/address': '02:00:5e:10:00:0a\n',
		});
		expect(await open().facts()).to.deep.equal({
			osVersion: 'Field "OS" 6.5.1',
			osSlug: 'field-os',
			osVersionId: '6.5.1',
			osBuild: '0a1b2c',
			kernelRelease: '6.1.0-13-amd64',
			osVariant: 'dev',
			deviceType: 'raspberrypi4-64',
			deviceArch: 'aarch64',
			macAddress: '02:00:5E:10:00:0A',
			ipAddress: '',
		});
	});

	it('must leave the network alone where only the system is asked for', async () => {
		await tree.write({ 'boot/device-type.json': '{"slug":"intel-nuc","arch":"amd64"}' });
		networkReads = 0;
		expect(await open().system()).to.include({ deviceType: 'intel-nuc', deviceArch: 'amd64' });
		expect(networkReads).to.equal(0);
	});

	it('must give what it can when files are absent or damaged', async () => {
		await tree.write({ 'boot/device-type.json': '{"slug":' });
		const facts = await open(configOf({ deviceType: 'intel-nuc', developmentMode: '1' })).facts();
		expect(facts).to.deep.include({ osVariant: 'dev', deviceType: 'intel-nuc', macAddress: '' });
		expect(facts.osVersion).to.equal(undefined);
	});

	it('must give facts although config.json is not valid', async () => {
		const broken = new SupervisorError('no', { code: 'CONFIG_INVALID' });
		const facts = await open({ ...configOf({}), read: () => Promise.reject(broken) }).facts();
		expect(facts).to.include({ deviceType: 'unknown', osVariant: 'prod' });
	});

	it('must give metrics in whole numbers', async () => {
		await tree.write({
			'proc/stat': 'cpu  100 0 100 700 100 0 0 0 50 0\ncpu0 1 1 1 1\n',
			'proc/meminfo':
				'MemTotal: 2048000 kB\nMemFree: 1024000 kB\nBuffers: 100 kB\nCached: 99900 kB\nSReclaimable: 0 kB\n',
			'proc/self/mounts': `overlay / overlay rw 0 0\n/dev/sda1 ${tree.root}/data ext4 rw 0 0\n`,
			'sys/class/thermal/thermal_zone0/type': 'acpitz',
			'sys/class/thermal/thermal_zone0/temp': '20000',
			'sys/class/thermal/thermal_zone1/type': 'x86_pkg_temp',
			'sys/class/thermal/thermal_zone1/temp': '51600',
			'proc/device-tree/serial-number': '10000000ABCDEF\0',
			kmsg: '6,1,0,-;booted\n4,2,0,-;hwmon: Undervoltage detected!\n',
			data: null,
		});
		const metrics = await open().metrics();
		expect(metrics).to.include({
			cpuUsage: 20,
			memoryTotal: 2000,
			memoryUsage: 902,
			storageBlockDevice: '/dev/sda1',
			cpuTemp: 52,
			cpuId: '10000000abcdef',
			isUndervolted: true,
		});
		expect(metrics.storageTotal).to.satisfy(Number.isInteger);
		expect(metrics.storageUsage).to.satisfy(Number.isInteger);
	});

	it('must give the use of the processor since the last call', async () => {
		const host = open();
		await tree.write({ 'proc/stat': 'cpu  100 0 0 900 0 0 0 0 0 0\n' });
		expect((await host.metrics()).cpuUsage).to.equal(10);
		await tree.write({ 'proc/stat': 'cpu  150 0 0 950 0 0 0 0 0 0\n' });
		expect((await host.metrics()).cpuUsage).to.equal(50);
		expect((await host.metrics()).cpuUsage).to.equal(undefined);
	});

	it('must leave out metrics that cannot be read', async () => {
		const present = Object.entries(await open().metrics()).filter(
			([, value]) => value !== undefined,
		);
		expect(present).to.deep.equal([['isUndervolted', false]]);
	});

	it('must look for paths below the root of the host', async () => {
		await tree.write({ 'root/lib/modules': null });
		expect(await open().hasPath('/lib/modules')).to.equal(true);
		expect(await open().hasPath('/lib/firmware')).to.equal(false);
	});
});

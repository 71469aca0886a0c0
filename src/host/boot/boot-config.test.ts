import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { digestOf } from '../../kit/digest.ts';
import { silentLogger } from '../../kit/logger.ts';
import type { BootConfig } from '../../ports/boot-config.ts';
import { describeBootConfig } from '../../ports/testing/boot-config-contract.ts';
import { createConfigFile } from '../config-file.ts';
import { makeTempTree, type TempTree } from '../testing/temp-tree.ts';
import { createBootConfig } from './boot-config.ts';

const configText = [
	'# For more options see the documentation',
	'gpu_mem=16',
	'dtoverlay=w1-gpio',
	'# the display',
	'dtoverlay=vc4',
	'',
].join('\n');
const png = (text: string): Buffer =>
	Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), Buffer.from(text)]);
const uri = (picture: Buffer): string => `data:image/png;base64,${picture.toString('base64')}`;

describe('createBootConfig', () => {
	let tree: TempTree;
	let boots = 0;
	let modules: string[];
	beforeEach(async () => {
		tree = await makeTempTree();
		modules = [];
		await tree.write({ 'boot/config.json': '{"uuid":"abc"}', 'root/proc/1/stat': null });
		await boot();
	});
	afterEach(() => tree.remove());

	const at = (name: string): string => path.join(tree.root, name);
	const read = (name: string): Promise<string> => readFile(at(name), 'utf8');
	const boot = async (): Promise<void> => {
		boots += 1;
		await tree.write({ 'proc/sys/kernel/random/boot_id': `boot-${boots}\n` });
	};
	const open = (deviceType: string, osVersion = '6.0.0'): BootConfig =>
		createBootConfig({
			bootMountpoint: at('boot'),
			rootMountpoint: at('root'),
			configFile: createConfigFile({ path: at('boot/config.json'), log: silentLogger }),
			device: () => Promise.resolve({ deviceType, osVersion }),
			loadModule: (module) => Promise.resolve(void modules.push(module)),
			proc: at('proc'),
			log: silentLogger,
		});
	const valuesOf = async (deviceType: string) => {
		const { files, faults } = await open(deviceType).observe();
		expect(faults).to.deep.equal([]);
		return Object.fromEntries(files.map(({ backend, values }) => [backend, values]));
	};
	const failureOf = (work: Promise<unknown>): Promise<string> =>
		work.then(
			() => 'none',
			(err: unknown) => String(err),
		);

	describeBootConfig('the boot partition', async () => {
		await tree.write({ 'boot/config.txt': configText });
		return {
			open: () => open('raspberrypi4-64'),
			boot,
			async makeReadOnly() {
				// As root may write everywhere, the new content meets a folder that is in its way.
				await mkdir(at('boot/config.txt.new/in-the-way'), { recursive: true });
			},
		};
	});

	it('must have nothing on a device of another kind', async () => {
		expect(await valuesOf('generic-amd64')).to.deep.equal({});
	});

	it('must keep comments, and leave nothing else beside the file', async () => {
		await tree.write({ 'boot/config.txt': configText });
		await open('raspberrypi4-64').change('configTxt', { HOST_CONFIG_gpu_mem: ['32'] });
		const lines = (await read('boot/config.txt')).split('\n');
		expect(lines).to.include.members(['# the display', 'gpu_mem=32', 'dtoverlay=vc4']);
		expect(await readdir(at('boot'))).to.not.include('config.txt.new');
	});

	it('must keep the bytes of comments in an older encoding', async () => {
		const before = Buffer.from('# f\xfcr\ngpu_mem=16\n', 'latin1');
		await writeFile(at('boot/config.txt'), before);
		await open('fincm3').change('configTxt', { HOST_CONFIG_gpu_mem: ['32'] });
		expect(await readFile(at('boot/config.txt'))).to.deep.equal(
			Buffer.from('# f\xfcr\ngpu_mem=32\n', 'latin1'),
		);
	});

	it('must tell of a file that cannot be read, and go on', async () => {
		await tree.write({ 'boot/extra_uEnv.txt': null, 'boot/splash': null });
		const { files, faults } = await open('jetson-nano').observe();
		expect(files.map(({ backend }) => backend)).to.deep.equal(['splash']);
		expect(faults.map(({ backend }) => backend)).to.deep.equal(['extraUEnv']);
	});

	it('must make a config.txt where there is none', async () => {
		await open('fincm3').change('configTxt', { HOST_CONFIG_gpu_mem: ['32'] });
		expect(await read('boot/config.txt')).to.equal('gpu_mem=32\n');
	});

	it('must not take a change for done that the file does not show', async () => {
		const change = { HOST_CONFIG_dtoverlay: ['a\ndtoverlay=b'] };
		const failure = await failureOf(open('fincm3').change('configTxt', change));
		expect(failure).to.include('config.txt does not say what was written to it');
	});

	it('must have extra_uEnv.txt only where the file is', async () => {
		expect(await valuesOf('jetson-nano')).to.deep.equal({});
		await tree.write({ 'boot/extra_uEnv.txt': 'custom_fdt_file=x.dtb\n' });
		expect(await valuesOf('jetson-nano')).to.deep.equal({
			extraUEnv: { HOST_EXTLINUX_fdt: ['x.dtb'] },
		});
	});

	it('must tell of an extlinux.conf that cannot be understood, and go on', async () => {
		await tree.write({
			'boot/extlinux/extlinux.conf': 'TIMEOUT 1\n',
			'boot/extra_uEnv.txt': '',
		});
		const { files, faults } = await open('jetson-nano', '2.40.0').observe();
		expect(files.map(({ backend }) => backend)).to.deep.equal(['extraUEnv']);
		expect(faults).to.deep.equal([
			{ backend: 'extlinux', reason: 'extlinux.conf has no DEFAULT: it is left as it is' },
		]);
	});

	it('must know of what the device has booted with also when that cannot be kept', async () => {
		await tree.write({ 'root/tmp': 'a file', 'boot/config.txt': configText });
		const config = open('fincm3');
		const [before] = (await config.observe()).files;
		await config.change('configTxt', { HOST_CONFIG_gpu_mem: ['32'] });
		const [after] = (await config.observe()).files;
		expect(after?.digestsAtBoot).to.deep.equal(before?.digestsAtBoot);
	});

	describe('ODMDATA', () => {
		const offsets = [1659, 5243, 18_043];
		const guard = 'root/sys/block/mmcblk0boot0/force_ro';
		const bytes = async (): Promise<number[]> => {
			const block = await readFile(at('root/dev/mmcblk0boot0'));
			return offsets.map((offset) => block[offset] ?? -1);
		};
		beforeEach(async () => {
			await tree.write({ [guard]: '1\n', 'root/dev/other': '' });
			await writeFile(at('root/dev/mmcblk0boot0'), Buffer.alloc(20_000, 0xaa));
		});
		const set = (mode: string): Promise<void> =>
			open('jetson-tx2').change('odmdata', { HOST_ODMDATA_configuration: [mode] });

		for (const [mode, byte] of [
			['1', 0],
			['2', 1],
			['3', 6],
			['4', 7],
			['5', 2],
			['6', 3],
		] as const) {
			it(`must be byte ${byte} in all three places for configuration ${mode}`, async () => {
				await set(mode);
				expect(await bytes()).to.deep.equal([byte, byte, byte]);
				expect((await stat(at('root/dev/mmcblk0boot0'))).size).to.equal(20_000);
				expect(await valuesOf('jetson-tx2')).to.deep.equal({
					odmdata: { HOST_ODMDATA_configuration: [mode] },
				});
			});
		}

		it('must be locked again afterwards, also after a failure', async () => {
			await set('2');
			expect((await read(guard)).trim()).to.equal('1');
			await rm(at('root/dev/mmcblk0boot0'));
			await mkdir(at('root/dev/mmcblk0boot0'));
			expect(await failureOf(set('3'))).to.include('mmcblk0boot0');
			expect((await read(guard)).trim()).to.equal('1');
		});

		it('must be unknown when its three places do not say the same', async () => {
			expect(await valuesOf('jetson-tx2')).to.deep.equal({ odmdata: {} });
		});
	});

	describe('ACPI tables', () => {
		it('must be kept in configfs.json beside what else is there', async () => {
			await tree.write({ 'boot/configfs.json': '{"ssdt":["a"],"other":1}' });
			expect(await valuesOf('up-board')).to.deep.equal({
				configFs: { HOST_CONFIGFS_ssdt: ['a'] },
			});
			const config = open('up-board');
			await config.change('configFs', { HOST_CONFIGFS_ssdt: ['b', 'c'] });
			expect(JSON.parse(await read('boot/configfs.json'))).to.deep.equal({
				other: 1,
				ssdt: ['b', 'c'],
			});
			await config.change('configFs', { HOST_CONFIGFS_ssdt: null });
			expect(JSON.parse(await read('boot/configfs.json'))).to.deep.equal({ other: 1 });
		});

		it('must be loaded at the start, each that is there and is not loaded yet', async () => {
			await tree.write({
				'boot/configfs.json': '{"ssdt":["absent","spi","loaded"]}',
				'root/boot/acpi-tables/spi.aml': 'code of spi',
				'root/boot/acpi-tables/loaded.aml': 'code',
				'root/sys/kernel/config/acpi/table/loaded/aml': 'is loaded',
				'root/sys/kernel/config/acpi/table/loaded/oem_id': 'x',
			});
			await open('up-board').prepare();
			expect(modules).to.deep.equal(['acpi_configfs']);
			const folder = 'root/sys/kernel/config/acpi/table';
			expect(await read(`${folder}/spi/aml`)).to.equal('code of spi');
			expect(await readdir(at(folder))).to.have.members(['spi', 'loaded']);
			expect(await read(`${folder}/loaded/aml`)).to.equal('is loaded');
		});

		it('must be none when the file cannot be understood', async () => {
			await tree.write({ 'boot/configfs.json': '{"ssdt":' });
			expect(await valuesOf('up-board')).to.deep.equal({ configFs: {} });
		});

		it('must not concern a device of another kind', async () => {
			await open('fincm3').prepare();
			expect(modules).to.deep.equal([]);
		});
	});

	describe('the splash', () => {
		const folder = 'boot/splash';
		const set = (picture: Buffer | null): Promise<void> =>
			open('generic-amd64').change('splash', {
				HOST_SPLASH_image: picture === null ? null : [uri(picture)],
			});
		const shown = (name: string): Promise<Buffer> => readFile(at(`${folder}/${name}`));

		for (const name of ['balena-logo.png', 'resin-logo.png']) {
			it(`must be in ${name}, the board’s own kept for the way back`, async () => {
				await mkdir(at(folder));
				await writeFile(at(`${folder}/${name}`), png('own'));
				expect(await valuesOf('generic-amd64')).to.deep.equal({ splash: {} });
				await set(png('mine'));
				expect(await shown(name)).to.deep.equal(png('mine'));
				expect(await shown('balena-logo-default.png')).to.deep.equal(png('own'));
				await set(png('other'));
				expect(await valuesOf('generic-amd64')).to.deep.equal({
					splash: { HOST_SPLASH_image: [uri(png('other'))] },
				});
				expect(await shown('balena-logo-default.png')).to.deep.equal(png('own'));
				await set(null);
				expect(await shown(name)).to.deep.equal(png('own'));
				expect(await valuesOf('generic-amd64')).to.deep.equal({ splash: {} });
			});
		}

		it('must know the board’s own before and after it is kept', async () => {
			await mkdir(at(folder));
			await writeFile(at(`${folder}/balena-logo.png`), png('own'));
			const own = { HOST_SPLASH_image: digestOf([uri(png('own'))]) };
			const defaults = async () => (await open('x').observe()).files[0]?.defaultDigests;
			expect(await defaults()).to.deep.equal(own);
			await set(png('mine'));
			expect(await defaults()).to.deep.equal(own);
		});

		it('must be left alone where there is none to go back to', async () => {
			await mkdir(at(folder));
			expect(await failureOf(set(png('mine')))).to.include('balena-logo.png');
			expect(await readdir(at(folder))).to.deep.equal([]);
		});
	});

	describe('power mode and fan profile', () => {
		const orin = 'jetson-agx-orin-devkit';

		it('must be in os of config.json beside what else is there', async () => {
			const os = { sshKeys: ['k'], power: { mode: 'low', x: 1 }, kernel: { a: 1 } };
			await tree.write({ 'boot/config.json': JSON.stringify({ uuid: 'abc', os }) });
			expect(await valuesOf(orin)).to.deep.equal({
				powerAndFan: { HOST_CONFIG_power_mode: ['low'] },
			});
			await open(orin).change('powerAndFan', {
				HOST_CONFIG_power_mode: null,
				HOST_CONFIG_fan_profile: ['quiet'],
			});
			expect(JSON.parse(await read('boot/config.json'))).to.deep.equal({
				uuid: 'abc',
				os: { sshKeys: ['k'], power: { x: 1 }, kernel: { a: 1 }, fan: { profile: 'quiet' } },
			});
		});

		it('must leave nothing behind when they go', async () => {
			const config = open(orin);
			await config.change('powerAndFan', { HOST_CONFIG_power_mode: ['mid'] });
			await config.change('powerAndFan', { HOST_CONFIG_power_mode: null });
			expect(JSON.parse(await read('boot/config.json'))).to.deep.equal({ uuid: 'abc' });
		});
	});
});

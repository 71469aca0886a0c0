import { expect } from 'chai';
import { bootBackends } from '../../model/boot-config.ts';
import { backendRules } from './all-rules.ts';
import { pictureText } from './splash-rules.ts';

const png = Buffer.concat([
	Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
	Buffer.from('a picture'),
]);

describe('the rules of the boot configuration', () => {
	for (const { name, items, wish } of [
		{ name: 'HOST_CONFIG_gpu_mem', items: ['16'], wish: ['16'] },
		{ name: 'HOST_CONFIG_gpu_mem', items: [' 16 '], wish: ['16'] },
		{ name: 'HOST_CONFIG_gpu_mem', items: ['16', '32'], wish: 'takes one value' },
		{ name: 'HOST_CONFIG_gpu_mem', items: ['16\nkernel=x'], wish: 'must be of one line' },
		{ name: 'HOST_CONFIG_#a', items: ['16'], wish: 'is no key of config.txt' },
		{ name: 'HOST_CONFIG_[pi4]', items: ['16'], wish: 'is no key of config.txt' },
		{ name: 'HOST_CONFIG_a=1\nb', items: ['16'], wish: 'is no key of config.txt' },
		{
			name: 'HOST_CONFIG_dtparam',
			items: ['spi=on,i2c=on', ' a ', ''],
			wish: ['spi=on', 'i2c=on', 'a'],
		},
		{ name: 'HOST_CONFIG_dtoverlay', items: ['w1,pin=4', 'x'], wish: ['w1,pin=4', 'x'] },
		{ name: 'HOST_CONFIG_dtoverlay', items: [''], wish: [] },
		{ name: 'HOST_CONFIG_dtoverlay', items: ['w1, x=1,,spi=on'], wish: ['w1,spi=on,x=1'] },
		{
			name: 'HOST_CONFIG_dtoverlay',
			items: [',x=1'],
			wish: 'must begin with the name of an overlay',
		},
		{ name: 'HOST_CONFIG_gpio', items: ['1=op', '2=op'], wish: ['1=op', '2=op'] },
		{ name: 'HOST_CONFIG_power_mode', items: ['low'], wish: ['low'] },
		{ name: 'HOST_CONFIG_fan_profile', items: [''], wish: [] },
		{
			name: 'HOST_CONFIG_fan_profile',
			items: ['a\nb'],
			wish: 'must be the name or number of a profile',
		},
		{ name: 'HOST_EXTLINUX_fdt', items: ['/boot/x.dtb'], wish: ['/boot/x.dtb'] },
		{ name: 'HOST_EXTLINUX_fdt', items: ['x y'], wish: 'must be the name of a device tree file' },
		{ name: 'HOST_EXTLINUX_isolcpus', items: ['1', '2'], wish: ['1,2'] },
		{ name: 'HOST_EXTLINUX_isolcpus', items: ['1 init=/x'], wish: 'must be a list of processors' },
		{ name: 'HOST_EXTLINUX_isolcpus', items: [], wish: [] },
		{ name: 'HOST_EXTLINUX_root', items: ['1'], wish: 'is none of fdt and isolcpus' },
		{ name: 'HOST_ODMDATA_configuration', items: ['6'], wish: ['6'] },
		{ name: 'HOST_ODMDATA_configuration', items: ['7'], wish: 'must be a number from 1 to 6' },
		{ name: 'HOST_ODMDATA_configuration', items: ['1x'], wish: 'must be a number from 1 to 6' },
		{
			name: 'HOST_CONFIGFS_ssdt',
			items: ['spidev1.0', ' spidev1.1'],
			wish: ['spidev1.0', 'spidev1.1'],
		},
		{ name: 'HOST_CONFIGFS_ssdt', items: ['../x'], wish: 'must be a list of names of ACPI tables' },
		{ name: 'HOST_SPLASH_image', items: [png.toString('base64')], wish: [pictureText(png)] },
		{
			name: 'HOST_SPLASH_image',
			items: [`data:image/png;charset=x;base64,${png.toString('base64')}`],
			wish: [pictureText(png)],
		},
		{
			name: 'HOST_SPLASH_image',
			items: ['aGVsbG8gd29ybGQ='],
			wish: 'must be a PNG picture in base64',
		},
		{ name: 'HOST_SPLASH_image', items: [' '], wish: [] },
	] satisfies readonly { name: string; items: readonly string[]; wish: string | string[] }[]) {
		const shown = items.map((item) => item.slice(0, 40)).join(' and ');
		const title = typeof wish === 'string' ? `refuse ${name}, as it ${wish}` : `take ${name}`;
		it(`must ${title}: ${JSON.stringify(shown)}`, () => {
			const owners = bootBackends
				.map((backend) => backendRules[backend])
				.filter(({ isOwn }) => isOwn(name));
			expect(owners).to.have.length(name.startsWith('HOST_EXTLINUX_') ? 2 : 1);
			for (const rules of owners) {
				const result = rules.wish(rules.keyOf(name), items);
				expect(result).to.deep.equal(
					typeof wish === 'string' ? { refused: wish } : { items: wish },
				);
			}
		});
	}

	for (const key of [
		...['disable_commandline_tags', 'cmdline', 'kernel', 'kernel_address', 'kernel_old'],
		...['ramfsfile', 'ramfsaddr', 'initramfs', 'device_tree_address', 'init_emmc_clock'],
		'avoid_safe_mode',
	]) {
		it(`must not change ${key} of config.txt`, () => {
			const wish = backendRules.configTxt.wish(key, ['1']);
			expect(wish).to.deep.equal({ refused: 'cannot be changed' });
		});
	}

	it('must take no other picture than a PNG', () => {
		const { wish } = backendRules.splash;
		expect(wish('image', ['aGVsbG8gd29ybGQ='])).to.have.property('refused');
	});

	it('must not want a reboot for a fan', () => {
		const { needsReboot } = backendRules.powerAndFan;
		expect([needsReboot('fan_profile'), needsReboot('power_mode')]).to.deep.equal([false, true]);
	});
});

import { expect } from 'chai';
import type { BootText } from './boot-file.ts';
import { extlinux } from './extlinux.ts';
import { extraUEnv } from './extra-u-env.ts';

const fdt = 'HOST_EXTLINUX_fdt';
const isolcpus = 'HOST_EXTLINUX_isolcpus';
const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

interface Case {
	readonly name: string;
	readonly before: readonly string[];
	readonly change: Readonly<Record<string, readonly string[] | null>>;
	readonly after: readonly string[];
}

function describeEdits({ read, edit }: BootText, cases: readonly Case[]): void {
	for (const { name, before, change, after } of cases) {
		it(`must ${name}`, () => {
			expect(edit(textOf(before), change).split('\n').slice(0, -1)).to.deep.equal(after);
			const now = read(textOf(after));
			for (const [variable, items] of Object.entries(change)) {
				expect(now[variable] ?? null, variable).to.deep.equal(items);
			}
			expect(edit(textOf(after), change), 'once more').to.equal(textOf(after));
		});
	}
}

describe('extra_uEnv.txt', () => {
	it('must be read: the device tree, and of the arguments the processors set apart', () => {
		const text =
			'custom_fdt_file=mine.dtb\n# note\nextra_os_cmdline=quiet isolcpus=1,2 nohlt\nx=1\n';
		expect(extraUEnv.read(text)).to.deep.equal({ [fdt]: ['mine.dtb'], [isolcpus]: ['1,2'] });
		expect(extraUEnv.read('')).to.deep.equal({});
	});

	describeEdits(extraUEnv, [
		{
			name: 'add both lines',
			before: ['# note', 'other=1'],
			change: { [fdt]: ['mine.dtb'], [isolcpus]: ['3'] },
			after: ['# note', 'other=1', 'custom_fdt_file=mine.dtb', 'extra_os_cmdline=isolcpus=3'],
		},
		{
			name: 'change one argument and keep the others',
			before: ['extra_os_cmdline=quiet isolcpus=1 nohlt'],
			change: { [isolcpus]: ['2'] },
			after: ['extra_os_cmdline=quiet isolcpus=2 nohlt'],
		},
		{
			name: 'take one argument away and keep the others',
			before: ['extra_os_cmdline=quiet isolcpus=1 nohlt', 'a=1'],
			change: { [isolcpus]: null },
			after: ['extra_os_cmdline=quiet nohlt', 'a=1'],
		},
		{
			name: 'take lines away that have nothing left',
			before: ['extra_os_cmdline=isolcpus=1', 'custom_fdt_file=mine.dtb', '# note'],
			change: { [isolcpus]: null, [fdt]: null },
			after: ['# note'],
		},
	]);
});

describe('extlinux.conf', () => {
	const file = (...entry: readonly string[]): string[] => [
		'# bootloader',
		'DEFAULT primary',
		'TIMEOUT 30',
		'MENU TITLE Boot Options',
		'LABEL other',
		'      FDT /other.dtb',
		'      APPEND root=/dev/sdb',
		'LABEL primary',
		...entry,
	];
	const plain = ['      MENU LABEL primary Image', '      LINUX /Image'];

	it('must be read in its default entry', () => {
		const lines = file(
			...plain,
			'      FDT /mine.dtb',
			'      APPEND ${cbootargs} isolcpus=3 quiet',
		);
		expect(extlinux.read(textOf(lines))).to.deep.equal({ [fdt]: ['/mine.dtb'], [isolcpus]: ['3'] });
		expect(extlinux.read(textOf(file(...plain)))).to.deep.equal({});
	});

	describeEdits(extlinux, [
		{
			name: 'add both directives to the default entry',
			before: file(...plain),
			change: { [fdt]: ['/mine.dtb'], [isolcpus]: ['1,2'] },
			after: file(...plain, '      FDT /mine.dtb', '      APPEND isolcpus=1,2'),
		},
		{
			name: 'change both where they are and keep the other arguments',
			before: file('      FDT /a.dtb', '      APPEND ${cbootargs} isolcpus=1 quiet', ...plain),
			change: { [fdt]: ['/b.dtb'], [isolcpus]: ['2'] },
			after: file('      FDT /b.dtb', '      APPEND ${cbootargs} isolcpus=2 quiet', ...plain),
		},
		{
			name: 'take the device tree away',
			before: file(...plain, '      FDT /a.dtb', '      APPEND quiet'),
			change: { [fdt]: null },
			after: file(...plain, '      APPEND quiet'),
		},
		{
			name: 'take the argument away and keep the others',
			before: file(...plain, '      APPEND ${cbootargs} isolcpus=1 quiet'),
			change: { [isolcpus]: null },
			after: file(...plain, '      APPEND ${cbootargs} quiet'),
		},
	]);

	for (const { name, lines, message } of [
		{ name: 'without a default', lines: ['LABEL primary'], message: 'has no DEFAULT' },
		{
			name: 'whose default entry is not there',
			lines: ['DEFAULT primary', 'LABEL other'],
			message: 'has no entry primary, which is its DEFAULT',
		},
		{ name: 'that is empty', lines: [], message: 'has no DEFAULT' },
	]) {
		it(`must not be touched ${name}`, () => {
			const change = { [fdt]: ['x.dtb'] };
			expect(() => extlinux.edit(textOf(lines), change)).to.throw(`extlinux.conf ${message}`);
			expect(() => extlinux.read(textOf(lines))).to.throw(message);
		});
	}
});

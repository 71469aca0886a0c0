import { expect } from 'chai';
import type { BootChange, BootValues } from '../../model/boot-config.ts';
import { configTxt } from './config-txt.ts';

const full = (values: Readonly<Record<string, readonly string[]>>): BootValues =>
	Object.fromEntries(Object.entries(values).map(([key, items]) => [`HOST_CONFIG_${key}`, items]));
const read = (...lines: readonly string[]): BootValues => configTxt.read(`${lines.join('\n')}\n`);
const edit = (
	lines: readonly string[],
	change: Readonly<Record<string, readonly string[] | null>>,
): string[] => {
	const named: BootChange = Object.fromEntries(
		Object.entries(change).map(([key, items]) => [`HOST_CONFIG_${key}`, items]),
	);
	const text = configTxt.edit(lines.map((line) => `${line}\n`).join(''), named);
	expect(text.endsWith('\n') || text === '').to.equal(true);
	return text.split('\n').slice(0, -1);
};

describe('config.txt', () => {
	for (const { name, lines, values } of [
		{ name: 'nothing', lines: [''], values: {} },
		{ name: 'a setting', lines: ['gpu_mem=16'], values: { gpu_mem: ['16'] } },
		{ name: 'blanks around', lines: ['  gpu_mem = 16 '], values: { gpu_mem: ['16'] } },
		{ name: 'the last of two lines', lines: ['a=1', 'a=2'], values: { a: ['2'] } },
		{ name: 'no comment', lines: ['# a=1', 'b=2'], values: { b: ['2'] } },
		{ name: 'an empty value', lines: ['a='], values: { a: [''] } },
		{ name: 'initramfs', lines: ['initramfs x 0x1'], values: { initramfs: ['x 0x1'] } },
		{ name: 'lists', lines: ['gpio=1=op', 'gpio=2=ip'], values: { gpio: ['1=op', '2=ip'] } },
		{
			name: 'parameters of the board, one line or several',
			lines: ['dtparam=i2c_arm=on,spi=on', 'dtparam=audio=on'],
			values: { dtparam: ['i2c_arm=on', 'spi=on', 'audio=on'] },
		},
		{
			name: 'parameters of an overlay as part of it',
			lines: ['dtoverlay=w1-gpio,pullup=1', 'dtparam=gpiopin=4', 'dtparam=audio=on'],
			values: { dtoverlay: ['w1-gpio,pullup=1,gpiopin=4'], dtparam: ['audio=on'] },
		},
		{
			name: 'parameters behind an empty overlay as those of the board',
			lines: ['dtoverlay=w1', 'dtoverlay=', 'dtparam=x=1'],
			values: { dtoverlay: ['w1'], dtparam: ['x=1'] },
		},
		{
			name: 'nothing below the name of another board',
			lines: ['a=1', '[pi4]', 'a=2', 'dtoverlay=x', '[all]', 'b=3', 'dtparam=c=1'],
			values: { a: ['1'], b: ['3'], dtparam: ['c=1'] },
		},
	] satisfies readonly { name: string; lines: string[]; values: Record<string, string[]> }[]) {
		it(`must read ${name}`, () => expect(read(...lines)).to.deep.equal(full(values)));
	}

	const comment = '# for the display: see https://example.com';
	for (const { name, before, change, after } of [
		{
			name: 'add a setting at the end',
			before: [comment, 'a=1'],
			change: { b: ['2'] },
			after: [comment, 'a=1', 'b=2'],
		},
		{
			name: 'change a setting where it is',
			before: [comment, 'a=1', '', 'b=2'],
			change: { a: ['3'] },
			after: [comment, 'a=3', '', 'b=2'],
		},
		{
			name: 'leave one line of a setting that had two',
			before: ['a=1', comment, 'a=2'],
			change: { a: ['3'] },
			after: ['a=3', comment],
		},
		{
			name: 'take a setting away and keep its comment',
			before: [comment, 'a=1', 'b=2'],
			change: { a: null },
			after: [comment, 'b=2'],
		},
		{
			name: 'write lists in lines of their own',
			before: ['gpio=1=op', 'a=1', 'gpio=2=op'],
			change: { gpio: ['3=op', '4=op'] },
			after: ['gpio=3=op', 'gpio=4=op', 'a=1'],
		},
		{
			name: 'write overlays last, their parameters apart',
			before: ['dtoverlay=old,x=1', comment, 'a=1'],
			change: { dtoverlay: ['vc4-kms-v3d,cma-512', 'w1'] },
			after: [comment, 'a=1', 'dtoverlay=vc4-kms-v3d', 'dtparam=cma-512', 'dtoverlay=w1'],
		},
		{
			name: 'write parameters of the board before all overlays',
			before: ['a=1', 'dtoverlay=w1', 'dtparam=pin=4', 'b=2'],
			change: { dtparam: ['spi=on', 'watchdog=on'] },
			after: [
				'a=1',
				'dtparam=spi=on',
				'dtparam=watchdog=on',
				'b=2',
				'dtoverlay=w1',
				'dtparam=pin=4',
			],
		},
		{
			name: 'keep what is for other boards, and write below no board’s name',
			before: ['a=1', '[pi4]', 'a=2', 'dtoverlay=x'],
			change: { a: ['3'], b: ['4'], dtparam: ['y=1'], dtoverlay: ['z'] },
			after: ['a=3', 'dtparam=y=1', '[pi4]', 'a=2', 'dtoverlay=x', '[all]', 'b=4', 'dtoverlay=z'],
		},
		{
			name: 'keep parameters with their overlay that would be the board’s in a line of their own',
			before: ['dtoverlay=old'],
			change: { dtoverlay: ['codec,i2c=on,x=1'], dtparam: ['spi=on'] },
			after: ['dtparam=spi=on', 'dtoverlay=codec,i2c=on', 'dtparam=x=1'],
		},
		{ name: 'make the file', before: [], change: { a: ['1'] }, after: ['a=1'] },
	] satisfies readonly {
		name: string;
		before: string[];
		change: Record<string, string[] | null>;
		after: string[];
	}[]) {
		it(`must ${name}`, () => {
			expect(edit(before, change)).to.deep.equal(after);
			const now = read(...after);
			for (const [key, items] of Object.entries(change)) {
				expect(now[`HOST_CONFIG_${key}`] ?? null, key).to.deep.equal(items);
			}
			expect(edit(after, change), 'once more').to.deep.equal(after);
		});
	}

	it('must keep how lines end', () => {
		const text = configTxt.edit('a=1\r\n# b\r\n', { HOST_CONFIG_a: ['2'] });
		expect(text).to.equal('a=2\r\n# b\r\n');
	});
});

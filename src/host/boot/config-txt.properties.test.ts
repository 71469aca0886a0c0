import { expect } from 'chai';
import fc from 'fast-check';
import { configTxtRules } from '../../plan/boot/config-txt-rules.ts';
import { configTxt } from './config-txt.ts';

const param = fc.constantFrom('spi=on', 'audio=on', 'x=1', 'y', 'cma-512');
const params = fc.array(param, { maxLength: 3 });
const overlay = fc
	.tuple(fc.constantFrom('vc4', 'w1', 'codec'), params)
	.map(([name, own]) => [name, ...own].join(','));
const line = fc.oneof(
	fc.constantFrom(
		'',
		'# a note',
		'#gpu_mem=1',
		'[pi4]',
		'[all]',
		'[cm4]',
		'dtoverlay=',
		'odd line',
	),
	fc
		.tuple(fc.constantFrom('a', 'b', ' c '), fc.constantFrom('1', '2', ''))
		.map((one) => one.join('=')),
	params.map((some) => `dtparam=${some.join(',')}`),
	overlay.map((one) => `dtoverlay=${one}`),
	fc.constantFrom('gpio=1=op', 'gpio=2=ip'),
);
const items: Readonly<Record<string, fc.Arbitrary<readonly string[] | null>>> = {
	a: fc.constantFrom(['1'], ['3'], null),
	d: fc.constantFrom(['1'], [''], null),
	gpio: fc.constantFrom(['3=op', '4=op'], null),
	dtparam: fc.option(fc.array(param, { minLength: 1, maxLength: 3 })),
	dtoverlay: fc.option(fc.array(overlay, { minLength: 1, maxLength: 3 })),
};
const change = fc.record(items, { requiredKeys: [] }).map((asked) =>
	Object.entries(asked).map(([key, given]): readonly [string, readonly string[] | null] => {
		const wish = configTxtRules.wish(key, given ?? []);
		return [`HOST_CONFIG_${key}`, given !== null && 'items' in wish ? wish.items : null];
	}),
);
const notes = (text: string): string[] =>
	text.split('\n').filter((one) => one.startsWith('#') || one === 'odd line');

describe('a change of any config.txt', () => {
	it('must set what it names, and leave every other value and every note', () => {
		fc.assert(
			fc.property(fc.array(line, { maxLength: 12 }), change, (lines, asked) => {
				const before = lines.map((one) => `${one}\n`).join('');
				const after = configTxt.edit(before, Object.fromEntries(asked));
				const wanted = { ...configTxt.read(before), ...Object.fromEntries(asked) };
				const there = Object.entries(wanted).filter(([, value]) => value !== null);
				expect(configTxt.read(after)).to.deep.equal(Object.fromEntries(there));
				expect(notes(after)).to.deep.equal(notes(before));
				expect(configTxt.edit(after, Object.fromEntries(asked)), 'once more').to.equal(after);
			}),
			{ numRuns: 200 },
		);
	});

	it('must leave what is below the name of another board', () => {
		const filtered = (text: string): string => {
			const parts = text.split(/^(?=\[)/m).filter((part) => /^\[(?!all)/.test(part));
			return parts.map((part) => part.replace(/\[all\]\n$/, '')).join('');
		};
		fc.assert(
			fc.property(fc.array(line, { maxLength: 12 }), change, (lines, asked) => {
				const before = lines.map((one) => `${one}\n`).join('');
				const after = configTxt.edit(before, Object.fromEntries(asked));
				expect(filtered(after)).to.equal(filtered(before));
			}),
			{ numRuns: 200 },
		);
	});
});

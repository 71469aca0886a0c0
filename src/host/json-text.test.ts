import { expect } from 'chai';
import fc from 'fast-check';
import { parseJsonText } from './json-text.ts';

describe('parseJsonText', () => {
	for (const { text, line, column } of [
		{ text: '{"a": abc}', line: 1, column: 7 },
		{ text: '{\n  "a": 1,\n  "b": 2 "c": 3\n}', line: 3, column: 10 },
		{ text: '{\n  // a comment\n}', line: 2, column: 3 },
		{ text: '{"a": 1,}', line: 1, column: 9 },
		{ text: "{'a': 1}", line: 1, column: 2 },
		{ text: '<html></html>', line: 1, column: 1 },
		{ text: '{"a": 1}}', line: 1, column: 9 },
	]) {
		it(`must name the place of the fault in ${JSON.stringify(text)}`, () => {
			expect(parseJsonText(text)).to.deep.equal({ kind: 'faulty', line, column });
		});
	}

	for (const text of ['', ' \n', '\0\0\0', '{', '{"a', '{"a":tru', '{"a":"x"', '{"a":1,"b\0\0']) {
		it(`must know ${JSON.stringify(text)} for torn`, () => {
			expect(parseJsonText(text)).to.deep.equal({ kind: 'torn' });
		});
	}

	it('must read a text with a byte order mark', () => {
		expect(parseJsonText('\uFEFF{"a":1}')).to.deep.equal({ kind: 'json', json: { a: 1 } });
	});

	it('must know every beginning of an object for torn', () => {
		fc.assert(
			fc.property(
				fc.dictionary(fc.string(), fc.jsonValue()),
				fc.double({ min: 0, max: 1, noNaN: true }),
				fc.nat(3),
				(value, share, indent) => {
					const text = JSON.stringify(value, null, indent);
					const length = Math.floor(share * (text.length - 1));
					expect(parseJsonText(text.slice(0, length)).kind).to.equal('torn');
				},
			),
		);
	});
});

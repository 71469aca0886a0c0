import { expect } from 'chai';
import fc from 'fast-check';
import { canonicalJson, digestOf } from './digest.ts';

describe('canonicalJson', () => {
	it('must not depend on the order of keys, at any depth', () => {
		const a = { b: [{ y: 1, x: 2 }], a: { d: 1, c: undefined } };
		const b = { a: { d: 1 }, b: [{ x: 2, y: 1 }] };
		expect(canonicalJson(a)).to.equal(canonicalJson(b));
	});

	it('must keep the order of lists', () => {
		expect(digestOf([1, 2])).not.to.equal(digestOf([2, 1]));
	});

	it('must say the same as JSON about any value', () => {
		fc.assert(
			fc.property(fc.jsonValue(), (value) => {
				expect(JSON.parse(canonicalJson(value))).to.deep.equal(JSON.parse(JSON.stringify(value)));
			}),
		);
	});
});

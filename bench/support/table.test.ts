import { expect } from 'chai';
import { median, toTable } from './table.ts';

describe('toTable', () => {
	it('must align every column', () => {
		const row = {
			rounds: 1,
			question: 'q',
			measured: '12345 ms',
			floor: '',
			ratio: '',
			aim: 'a',
			peer: '',
			met: true,
		};
		const lines = toTable([row, { ...row, question: 'a longer one', met: false }]).split('\n');
		expect(new Set(lines.map(({ length }) => length)).size).to.equal(1);
		expect(lines).to.have.length(4);
	});
});

describe('median', () => {
	it('must be the value in the middle, whatever the order', () => {
		expect(median([9, 1, 5])).to.equal(5);
		expect(median([4, 1, 2, 3])).to.equal(2);
	});
});

import { expect } from 'chai';
import { agoText, bytesText, durationText, wordsOf } from './format.ts';

describe('texts of the dashboard', () => {
	const sizes: [number, string][] = [
		[0, '0 B'],
		[999, '999 B'],
		[7_640_000, '7.6 MB'],
		[123_400_000, '123 MB'],
		[999_900_000, '1.0 GB'],
	];
	for (const [bytes, text] of sizes) {
		it(`must write ${bytes} bytes as ${text}`, () => {
			expect(bytesText(bytes)).to.equal(text);
		});
	}

	const durations: [number, string][] = [
		[0, '0 s'],
		[59.9, '59 s'],
		[61, '1 min'],
		[3600, '1 h'],
		[3720, '1 h 2 min'],
		[180_000, '2 d 2 h'],
	];
	for (const [seconds, text] of durations) {
		it(`must write ${seconds} seconds as ${text}`, () => {
			expect(durationText(seconds)).to.equal(text);
		});
	}

	it('must say how long ago, and how soon', () => {
		expect([agoText(0, 1_000), agoText(0, 65_000), agoText(20_000, 0)]).to.deep.equal([
			'now',
			'1 min ago',
			'in 20 s',
		]);
	});

	it('must take words apart', () => {
		expect(wordsOf('updateRestartPolicy')).to.equal('update restart policy');
	});
});

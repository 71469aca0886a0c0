import { expect } from 'chai';
import { handoverTimeoutMs, updateLabelNotices, updateStrategyOf } from './update-strategy.ts';

const strategy = (name: string) => ({ 'io.balena.update.strategy': name });
const timeout = (text: string) => ({ 'io.balena.update.handover-timeout': text });

describe('updateStrategyOf', () => {
	for (const name of [
		'download-then-kill',
		'kill-then-download',
		'delete-then-download',
		'hand-over',
	]) {
		it(`must know ${name}`, () => {
			expect(updateStrategyOf(strategy(name))).to.equal(name);
			expect(updateLabelNotices(strategy(name))).to.deep.equal([]);
		});
	}

	it('must download then kill when nothing is said, and say so when it is told something else', () => {
		expect(updateStrategyOf({})).to.equal('download-then-kill');
		expect(updateLabelNotices({})).to.deep.equal([]);
		expect(updateStrategyOf(strategy('Hand-Over'))).to.equal('download-then-kill');
		expect(updateLabelNotices(strategy('Hand-Over'))).to.deep.equal([
			'labels.io.balena.update.strategy: not a strategy, download-then-kill is taken',
		]);
	});
});

describe('handoverTimeoutMs', () => {
	const cases = [
		{ text: '1', ms: 1 },
		{ text: '120000', ms: 120_000 },
		...['0', '-1', '1.5', '1m', '', '99999999999999999999'].map((text) => ({ text, ms: 60_000 })),
	];
	for (const { text, ms } of cases) {
		it(`must read "${text}" as ${ms} ms`, () => {
			expect(handoverTimeoutMs(timeout(text))).to.equal(ms);
			expect(updateLabelNotices(timeout(text)).length).to.equal(String(ms) === text ? 0 : 1);
		});
	}

	it('must be a minute when nothing is said', () => {
		expect(handoverTimeoutMs({})).to.equal(60_000);
	});
});

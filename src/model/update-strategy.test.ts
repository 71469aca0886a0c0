import { expect } from 'chai';
import { parseServiceComposition } from './composition-parser.ts';
import { handoverTimeoutMs, updateLabelNotices, updateStrategyOf } from './update-strategy.ts';

const strategy = (name: string) => ({ 'io.balena.update.strategy': name });
const timeout = (text: string) => ({ 'io.balena.update.handover-timeout': text });

function noticesOf(labels: Record<string, string>, body: Record<string, unknown> = {}): string[] {
	const composition = parseServiceComposition(body, 'services.web');
	if (!composition.ok) throw new Error(composition.reasons.join('; '));
	return updateLabelNotices({ labels, composition: composition.value });
}

describe('updateStrategyOf', () => {
	for (const name of [
		'download-then-kill',
		'kill-then-download',
		'delete-then-download',
		'hand-over',
	]) {
		it(`must know ${name}`, () => {
			expect(updateStrategyOf(strategy(name))).to.equal(name);
			expect(noticesOf(strategy(name))).to.deep.equal([]);
		});
	}

	it('must download then kill when nothing is said, and say so when it is told something else', () => {
		expect(updateStrategyOf({})).to.equal('download-then-kill');
		expect(noticesOf({})).to.deep.equal([]);
		expect(updateStrategyOf(strategy('Hand-Over'))).to.equal('download-then-kill');
		expect(noticesOf(strategy('Hand-Over'))).to.deep.equal([
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
			expect(noticesOf(timeout(text)).length).to.equal(String(ms) === text ? 0 : 1);
		});
	}

	it('must be a minute when nothing is said', () => {
		expect(handoverTimeoutMs({})).to.equal(60_000);
	});
});

describe('a label that asks for a hand-over', () => {
	const cases = [
		{ body: { ports: ['80:80'] }, beside: 'ports of the host' },
		{ body: { networks: { default: { ipv4_address: '10.0.0.5' } } }, beside: 'fixed addresses' },
		{ body: { mac_address: '02:42:ac:11:00:02' }, beside: 'fixed addresses' },
	];
	for (const { body, beside } of cases) {
		it(`must be told to have no effect beside ${beside}: ${JSON.stringify(body)}`, () => {
			expect(noticesOf(strategy('hand-over'), body)).to.deep.equal([
				`labels.io.balena.update.strategy: no hand-over beside ${beside}, download-then-kill is taken`,
			]);
			expect(noticesOf(strategy('kill-then-download'), body)).to.deep.equal([]);
		});
	}

	it('must be told nothing when the engine chooses the port', () => {
		const body = { ports: [{ target: 80 }] };
		expect(noticesOf(strategy('hand-over'), body)).to.deep.equal([]);
	});
});

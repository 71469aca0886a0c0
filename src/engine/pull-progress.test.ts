import { expect } from 'chai';
import fc from 'fast-check';
import { createPullProgress, type PullLine } from './pull-progress.ts';

const down = (id: string, current: number, total: number): PullLine => ({
	id,
	status: 'Downloading',
	progressDetail: { current, total },
});

const percentsOf = (lines: readonly PullLine[]): number[] => {
	const progress = createPullProgress();
	return lines.flatMap((line) => progress.add(line) ?? []);
};

describe('createPullProgress', () => {
	it('must weigh layers by their bytes', () => {
		const lines: PullLine[] = [
			{ id: 'a', status: 'Pulling fs layer' },
			{ id: 'b', status: 'Pulling fs layer' },
			down('a', 0, 900),
			down('b', 0, 100),
			{ id: 'b', status: 'Pull complete' },
			{ id: 'a', status: 'Download complete' },
			{ id: 'a', status: 'Pull complete' },
		];
		expect(percentsOf(lines)).to.deep.equal([10, 77, 99]);
	});

	it('must tell the bytes that came, of layers whose size is known', () => {
		const progress = createPullProgress();
		expect(progress.downloadedBytes).to.equal(0);
		const lines: PullLine[] = [
			{ id: 'a', status: 'Pulling fs layer' },
			{ id: 'b', status: 'Pulling fs layer' },
			{ id: 'c', status: 'Already exists' },
			down('a', 450, 900),
		];
		for (const line of lines) progress.add(line);
		expect(progress.downloadedBytes).to.equal(450);
		progress.add({ id: 'a', status: 'Download complete' });
		progress.add({ id: 'b', status: 'Pull complete' });
		progress.add({ id: 'a', status: 'Extracting', progressDetail: { current: 1, total: 900 } });
		expect(progress.downloadedBytes).to.equal(900);
	});

	it('must count layers of unknown size like the others', () => {
		const lines: PullLine[] = [
			{ id: 'a', status: 'Pulling fs layer' },
			{ id: 'b', status: 'Waiting' },
			down('a', 100, 100),
		];
		expect(percentsOf(lines)).to.deep.equal([37]);
	});

	it('must pay no attention to layers that are there, and to words about the whole', () => {
		const lines: PullLine[] = [
			{ id: '1.2', status: 'Pulling from library/app' },
			{ id: 'a', status: 'Already exists' },
			{ status: 'Digest: sha256:abc' },
			down('b', 1, 2),
		];
		expect(percentsOf(lines)).to.deep.equal([37]);
	});

	it('must never fall, and stay an integer below 100, whatever the engine tells', () => {
		const status = fc.constantFrom(
			...['Pulling fs layer', 'Waiting', 'Downloading', 'Verifying Checksum'],
			...['Download complete', 'Extracting', 'Pull complete', 'Already exists'],
		);
		const line: fc.Arbitrary<PullLine> = fc.record({
			id: fc.constantFrom('a', 'b', 'c'),
			status,
			progressDetail: fc.record({ current: fc.nat(2000), total: fc.nat(1000) }),
		});
		fc.assert(
			fc.property(fc.array(line), (lines) => {
				const percents = percentsOf(lines);
				expect(percents.every((p) => Number.isInteger(p) && p > 0 && p < 100)).to.equal(true);
				expect(percents).to.deep.equal([...new Set(percents)].sort((a, b) => a - b));
			}),
		);
	});
});

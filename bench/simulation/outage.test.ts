import { expect } from 'chai';
import { peakOf, simulateOutage, type Outage } from './outage.ts';
import { ours, reference } from './schemes.ts';

const outage: Outage = {
	...{ devices: 500, scheme: ours, outageSeconds: 3600, capacity: 1000, beginSeconds: 5 },
	...{ lastSecond: 7200, seed: 1 },
};

describe('simulateOutage', () => {
	it('must give the same for the same seed, and something else for another', () => {
		const of = (seed: number): string => simulateOutage({ ...outage, seed }).requests.join();
		expect(of(1)).to.equal(of(1));
		expect(of(1)).not.to.equal(of(2));
	});

	it('must bring a fleet with fixed pauses back as one wave, and one with ours spread out', () => {
		const [wave, spread] = [reference, ours].map((scheme) =>
			peakOf(simulateOutage({ ...outage, scheme }), outage.outageSeconds),
		);
		expect(wave).to.be.above(150); // of 1000 requests, in five seconds
		expect(spread).to.be.below(20);
	});

	it('must serve every device in the end, those first that come first', () => {
		const { servedAfterSeconds, refused } = simulateOutage({ ...outage, capacity: 3 });
		expect(servedAfterSeconds).to.have.length(500);
		expect(servedAfterSeconds).to.deep.equal(servedAfterSeconds.toSorted((a, b) => a - b));
		expect(refused).to.be.above(0);
	});

	it('must serve nobody while the cloud is away', () => {
		const { servedAfterSeconds } = simulateOutage({ ...outage, lastSecond: 3600 });
		expect(servedAfterSeconds).to.deep.equal([]);
	});

	it('must count every device twice in the first seconds: its poll and its report', () => {
		const { requests } = simulateOutage(outage);
		expect(requests.subarray(0, 5).reduce((sum, count) => sum + count, 0)).to.equal(1000);
	});
});

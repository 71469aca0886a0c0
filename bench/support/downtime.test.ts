import { expect } from 'chai';
import type { Deed, Happening } from './course.ts';
import { downtimesOf, nothingRanMs } from './downtime.ts';

const happening = (engineMs: number, deed: Deed, serviceName: string): Happening => ({
	...{ deed, serviceName, engineMs },
	containerId: `${serviceName}-${engineMs}`,
});

describe('downtimesOf', () => {
	it('must count from the end of the old container to the start of the new one', () => {
		const course = [
			happening(10, 'die', 'a'),
			happening(12, 'die', 'b'),
			happening(13, 'destroy', 'a'),
			happening(40, 'start', 'a'),
			happening(50, 'start', 'b'),
		];
		expect(downtimesOf(course)).to.deep.equal([30, 38]);
	});

	it('must be nothing for a service whose new container starts before the old one ends', () => {
		const course = [happening(10, 'start', 'a'), happening(30, 'die', 'a')];
		expect(downtimesOf(course)).to.deep.equal([0]);
	});
});

describe('nothingRanMs', () => {
	it('must count only the time in which no service runs', () => {
		const course = [
			happening(10, 'die', 'a'),
			happening(20, 'die', 'b'),
			happening(25, 'start', 'a'),
			happening(30, 'start', 'b'),
		];
		expect(nothingRanMs(course, 2)).to.equal(5);
	});

	it('must be nothing when one service is left', () => {
		expect(nothingRanMs([happening(10, 'die', 'a'), happening(90, 'start', 'a')], 2)).to.equal(0);
	});
});

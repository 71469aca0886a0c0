import { fleetOutage } from '../simulation/outage-picture.ts';
import { peakOf, simulateOutage, type OutageResult } from '../simulation/outage.ts';
import { ours, reference } from '../simulation/schemes.ts';
import { say } from '../support/bench-device.ts';
import type { Row } from '../support/table.ts';

interface Beginning {
	readonly name: string;
	readonly seconds: number;
}

const beginnings: readonly Beginning[] = [
	{ name: 'all devices asked within 5 s of its beginning', seconds: 5 },
	{ name: 'devices asked at any time', seconds: 900 },
];

/** Recovery with fixed pauses takes this long, in seconds. */
const longest = 16 * 3600;

/** How does a fleet of 100,000 come back to a cloud that was away for an hour? A simulation; nothing is measured. */
export async function measureOutage(): Promise<Row[]> {
	const rows: Row[] = [];
	for (const beginning of beginnings) {
		say(`an outage of an hour, ${beginning.name}`);
		const [our, fixed] = [ours, reference].map((scheme) =>
			simulateOutage({
				...{ ...fleetOutage, scheme, beginSeconds: beginning.seconds },
				...{ lastSecond: longest, stopsWhenServed: true },
			}),
		);
		if (our !== undefined && fixed !== undefined) rows.push(...rowsOf(beginning, our, fixed));
		await Promise.resolve();
	}
	return rows;
}

function rowsOf({ name }: Beginning, our: OutageResult, fixed: OutageResult): Row[] {
	const of = (question: string, read: (result: OutageResult) => number, unit: string): Row => ({
		question: `100,000 devices after an hour without a cloud, ${name}: ${question}`,
		measured: `${read(our).toLocaleString('en')}${unit}`,
		...{ rounds: 1, floor: '', ratio: '', aim: '1.2 × the peer' },
		peer: `${read(fixed).toLocaleString('en')}${unit}`,
		met: read(our) <= read(fixed) * 1.2,
	});
	return [
		of('requests in the busiest second', (result) => peakOf(result, fleetOutage.outageSeconds), ''),
		of(
			`until every device was served, by a cloud that serves ${fleetOutage.capacity} a second`,
			({ servedAfterSeconds }) => servedAfterSeconds.at(-1) ?? Infinity,
			' s',
		),
	];
}

import type { BenchContext } from '../support/context.ts';
import type { Row } from '../support/table.ts';
import { countCalls } from '../support/with-services.ts';

const services = 30;

/** How many engine calls does it take to be told of a target that is in force already? */
export async function measureSameTarget(context: BenchContext): Promise<Row[]> {
	const unchanged = await countCalls(context, services, () => undefined);
	const inFull = await countCalls(context, services, (cloud) => cloud.renewEtag());
	return [
		rowOf('the cloud says that nothing changed', unchanged),
		rowOf('the cloud sends all of it', inFull),
	];
}

function rowOf(how: string, calls: number): Row {
	return {
		question: `engine calls for the same target again, ${services} services: ${how}`,
		measured: String(calls),
		rounds: 1,
		floor: '',
		ratio: '',
		aim: '0',
		peer: '71',
		met: calls === 0,
	};
}

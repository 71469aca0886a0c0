import { say } from '../support/bench-device.ts';
import type { BenchContext } from '../support/context.ts';
import { follow, isDone, measuredApp, type Course } from '../support/course.ts';
import { downtimesOf } from '../support/downtime.ts';
import { createFloor } from '../support/floor.ts';
import { median, milliseconds, ratioOf, type Row } from '../support/table.ts';
import { calm, countCalls, whileFrozen, withServices } from '../support/with-services.ts';

const services = 30;
const rounds = 11;
/** Times the floor. */
const aims = { took: 1.2, down: 1 };
const aimCalls = 15;
const change = `one changed variable in one of ${services} services`;

/** How long from a changed variable of one service to its new container running, and what does it cost? */
export async function measureOneChange(context: BenchContext): Promise<Row[]> {
	const courses = await withServices(context, { services }, async (supervisor) => {
		const floor = await createFloor(context, measuredApp);
		const ours: Course[] = [];
		const floors: Course[] = [];
		try {
			for (let round = 0; round < rounds; round += 1) {
				context.cloud.setVariables({ services: 1, value: `${round}` });
				const begin = (): Promise<void> => supervisor.update();
				const isOver = isDone('start', 1);
				ours.push(await follow(context, measuredApp, { begin, isOver, what: change }));
				await calm();
				floors.push(await whileFrozen(supervisor, () => floor.replaceOne()));
				await calm();
			}
		} finally {
			floor.close();
		}
		return { ours, floors };
	});
	say('counting the calls of one change');
	const calls = await countCalls(context, services, (cloud) =>
		cloud.setVariables({ services: 1, value: 'counted' }),
	);
	return [...timeRows(courses), callsRow(calls)];
}

interface Courses {
	readonly ours: readonly Course[];
	readonly floors: readonly Course[];
}

function timeRows({ ours, floors }: Courses): Row[] {
	const took = ({ tookMs }: Course): number => tookMs;
	const wasDown = ({ happenings }: Course): number => median(downtimesOf(happenings));
	const rowOf = (
		figure: (course: Course) => number,
		aim: number,
	): Omit<Row, 'question' | 'peer'> => {
		const [own, floor] = [ours.map(figure), floors.map(figure)];
		const ratio = ratioOf(own, floor).toFixed(2);
		return {
			measured: milliseconds(median(own)),
			rounds,
			floor: milliseconds(median(floor)),
			ratio,
			aim: `${aim} × floor`,
			met: Number(ratio) <= aim,
		};
	};
	return [
		{
			...rowOf(took, aims.took),
			question: `${change}, to the new container running`,
			peer: '951 ms, 3.3',
		},
		{ ...rowOf(wasDown, aims.down), question: `${change}, service down`, peer: '' },
	];
}

function callsRow(calls: number): Row {
	return {
		question: `engine calls of ${change}`,
		measured: String(calls),
		rounds: 1,
		floor: '',
		ratio: '',
		aim: String(aimCalls),
		peer: '488',
		met: calls <= aimCalls,
	};
}

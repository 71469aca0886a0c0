import { say } from '../support/bench-device.ts';
import type { BenchSupervisor } from '../support/bench-supervisor.ts';
import type { BenchContext } from '../support/context.ts';
import { follow, isDone, measuredApp, type Course } from '../support/course.ts';
import { downtimesOf, nothingRanMs } from '../support/downtime.ts';
import { createFloor } from '../support/floor.ts';
import { median, milliseconds, ratioOf, type Row } from '../support/table.ts';
import { untilServicesRun, whileFrozen, withServices } from '../support/with-services.ts';

const services = 30;
const rounds = 3;
/** Times the floor: two services are replaced at a time, and share the engine. */
const aim = 2;

/** Two ways of changing everything at once. */
const ways = ['a variable of all', 'a new release of all'] as const;
type Way = (typeof ways)[number];

interface Figures {
	readonly ours: readonly Course[];
	/** The engine alone, which stops and starts the same containers one after another. */
	readonly floors: readonly Course[];
}

/** When all services change at once, how long is each of them down, and does anything run meanwhile? */
export async function measureAllChanged(context: BenchContext): Promise<Row[]> {
	return withServices(context, { services }, async (supervisor) => {
		const rows: Row[] = [];
		for (const way of ways) {
			say(`${way} ${services} services`);
			rows.push(...rowsOf(way, await measureWay(context, supervisor, way)));
		}
		return rows;
	});
}

async function measureWay(
	context: BenchContext,
	supervisor: BenchSupervisor,
	way: Way,
): Promise<Figures> {
	const floor = await createFloor(context, measuredApp);
	const ours: Course[] = [];
	const floors: Course[] = [];
	try {
		for (let round = 0; round < rounds; round += 1) {
			setTarget(context, way, `${way} ${round}`);
			ours.push(
				await follow(context, measuredApp, {
					what: `${way} ${services} services replaced`,
					isOver: (happenings) =>
						isDone('destroy', services)(happenings) && isDone('start', services)(happenings),
					begin: () => supervisor.update(),
				}),
			);
			await untilServicesRun(context, supervisor, services);
			floors.push(await whileFrozen(supervisor, () => floor.restartAll()));
		}
	} finally {
		floor.close();
	}
	return { ours, floors };
}

function setTarget({ cloud }: BenchContext, way: Way, value: string): void {
	const variables = { services, value };
	if (way === 'a variable of all') cloud.setVariables(variables);
	else cloud.setTarget({ services, keeper: true, variables });
}

function rowsOf(way: Way, { ours, floors }: Figures): Row[] {
	const during = `${way} ${services} services changed`;
	const down = (courses: readonly Course[]): number[] =>
		courses.map(({ happenings }) => median(downtimesOf(happenings)));
	const ratio = ratioOf(down(ours), down(floors));
	const nothing = Math.max(...ours.map(({ happenings }) => nothingRanMs(happenings, services)));
	const common = { rounds, floor: '', ratio: '' };
	return [
		{
			...common,
			question: `${during}: done`,
			measured: milliseconds(median(ours.map(({ tookMs }) => tookMs))),
			aim: '',
			peer: '6600 ms',
			met: true,
		},
		{
			...common,
			question: `${during}: nothing at all ran`,
			measured: milliseconds(nothing),
			aim: milliseconds(0),
			peer: '3300 ms',
			met: nothing === 0,
		},
		{
			question: `${during}: each service down`,
			measured: milliseconds(median(down(ours))),
			rounds,
			floor: milliseconds(median(down(floors))),
			ratio: ratio.toFixed(2),
			aim: `${aim} × floor`,
			peer: '',
			met: ratio <= aim,
		},
	];
}

import { say } from '../support/bench-device.ts';
import type { BenchSupervisor } from '../support/bench-supervisor.ts';
import type { BenchContext } from '../support/context.ts';
import { follow, isDone, measuredApp } from '../support/course.ts';
import { createFloor, type Floor } from '../support/floor.ts';
import { median, milliseconds, ratioOf, servicesText, type Row } from '../support/table.ts';
import { untilServicesRun, whileFrozen, withServices } from '../support/with-services.ts';

const services = 30;
const rounds = 5;
/** Of the raw engine; the floor is the fastest. */
const concurrencies: readonly number[] = [4, 8];
const aim = 1.1;

/**
 * How long from a target without services to the last container gone, against the engine alone? The services end the
 * moment they are told to, so that no grace period is measured.
 */
export async function measureToNone(context: BenchContext): Promise<Row[]> {
	const ours: number[] = [];
	const floors = concurrencies.map((): number[] => []);
	await withServices(context, { services }, async (supervisor) => {
		const floor = await createFloor(context, measuredApp);
		try {
			for (let round = 0; round < rounds; round += 1) {
				say(`${servicesText(services)} to none, round ${round + 1}`);
				ours.push(await takeDown(context, supervisor));
				await whileFrozen(supervisor, () => measureFloors(floor, floors));
				context.cloud.setTarget({ services, keeper: true });
				await supervisor.update();
				await untilServicesRun(context, supervisor, services);
			}
		} finally {
			floor.close();
		}
	});
	const [best = []] = floors.toSorted((a, b) => median(a) - median(b));
	const ratio = ratioOf(ours, best);
	return [
		{
			question: `${servicesText(services)} to none`,
			measured: milliseconds(median(ours)),
			rounds,
			floor: milliseconds(median(best)),
			ratio: ratio.toFixed(2),
			aim: `${aim} × floor`,
			peer: '2435 ms, 1.45',
			met: ratio <= aim,
		},
	];
}

async function measureFloors(floor: Floor, floors: readonly number[][]): Promise<void> {
	for (const [index, concurrency] of concurrencies.entries()) {
		floors[index]?.push(await floor.takeDown(concurrency));
	}
}

async function takeDown(context: BenchContext, supervisor: BenchSupervisor): Promise<number> {
	context.cloud.setTarget({ services: 0, keeper: true });
	const { tookMs } = await follow(context, measuredApp, {
		what: `${servicesText(services)} gone`,
		isOver: isDone('destroy', services),
		begin: () => supervisor.update(),
	});
	await untilServicesRun(context, supervisor, 0);
	return tookMs;
}

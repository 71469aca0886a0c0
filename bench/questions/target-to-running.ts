import { say } from '../support/bench-device.ts';
import { startSupervisor, type BenchSupervisor } from '../support/bench-supervisor.ts';
import type { BenchContext } from '../support/context.ts';
import { createFloor, type Floor } from '../support/floor.ts';
import { follow, isDone, measuredApp } from '../support/course.ts';
import { median, milliseconds, ratioOf, servicesText, type Row } from '../support/table.ts';
import { untilServicesRun, whileFrozen } from '../support/with-services.ts';

interface Case {
	readonly services: number;
	readonly rounds: number;
	/** Of the raw engine; the floor is the fastest. */
	readonly concurrencies: readonly number[];
	/** Times the floor. */
	readonly aim: number;
	readonly peer: string;
}

const cases: readonly Case[] = [
	{ services: 1, rounds: 11, concurrencies: [1], aim: 1.3, peer: '613 ms, 2.9' },
	{ services: 10, rounds: 5, concurrencies: [4, 8], aim: 1.1, peer: '1967 ms, 1.45' },
	{ services: 30, rounds: 5, concurrencies: [4, 8], aim: 1.03, peer: '4071 ms, 1.06' },
];
/** How long from a new target to all its services running, against the engine alone, taken in turn? */
export async function measureTargetToRunning(context: BenchContext): Promise<Row[]> {
	context.cloud.setTarget({ services: 0, keeper: true });
	const supervisor = await startSupervisor(context.device, context);
	try {
		await untilServicesRun(context, supervisor, 0);
		const rows: Row[] = [];
		for (const one of cases) {
			say(`target to running: ${servicesText(one.services)}`);
			rows.push(toRow(one, await measureCase(context, supervisor, one)));
		}
		return rows;
	} finally {
		await supervisor.remove();
		await context.device.removeServices();
	}
}

/** Milliseconds, a figure for each round. */
interface Figures {
	readonly ours: readonly number[];
	/** At the concurrency that was best over all rounds. */
	readonly floor: readonly number[];
}

function toRow({ services, rounds, aim, peer }: Case, { ours, floor }: Figures): Row {
	const ratio = ratioOf(ours, floor);
	return {
		question: `new target to all running, ${servicesText(services)}`,
		measured: milliseconds(median(ours)),
		rounds,
		floor: milliseconds(median(floor)),
		ratio: ratio.toFixed(2),
		aim: `${aim} × floor`,
		peer,
		met: ratio <= aim,
	};
}

async function measureCase(
	context: BenchContext,
	supervisor: BenchSupervisor,
	{ services, rounds, concurrencies }: Case,
): Promise<Figures> {
	await bringUp(context, supervisor, services); // not counted: the containers' settings are copied from it
	const floor = await createFloor(context, measuredApp);
	const ours: number[] = [];
	const floors = concurrencies.map((concurrency): { concurrency: number; times: number[] } => ({
		concurrency,
		times: [],
	}));
	try {
		await takeDown(context, supervisor);
		for (let round = 0; round < rounds; round += 1) {
			ours.push(await bringUp(context, supervisor, services));
			await takeDown(context, supervisor);
			await whileFrozen(supervisor, () => measureFloors(floor, floors));
		}
	} finally {
		floor.close();
	}
	const [best] = floors.map(({ times }) => times).sort((a, b) => median(a) - median(b));
	return { ours, floor: best ?? [] };
}

async function measureFloors(
	floor: Floor,
	floors: readonly { readonly concurrency: number; readonly times: number[] }[],
): Promise<void> {
	for (const { concurrency, times } of floors) times.push(await floor.bringUp(concurrency));
}

async function bringUp(
	context: BenchContext,
	supervisor: BenchSupervisor,
	services: number,
): Promise<number> {
	context.cloud.setTarget({ services, keeper: true });
	const { tookMs } = await follow(context, measuredApp, {
		what: `${servicesText(services)} started`,
		isOver: isDone('start', services),
		begin: () => supervisor.update(),
	});
	await untilServicesRun(context, supervisor, services);
	return tookMs;
}

async function takeDown(context: BenchContext, supervisor: BenchSupervisor): Promise<void> {
	context.cloud.setTarget({ services: 0, keeper: true });
	await supervisor.update();
	await untilServicesRun(context, supervisor, 0);
}

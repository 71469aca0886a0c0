import { startSupervisor, type BenchSupervisor } from '../support/bench-supervisor.ts';
import { copyContainers, measureFloor, untilRunning } from '../support/containers.ts';
import type { BenchContext } from '../support/context.ts';
import { say } from '../support/bench-device.ts';
import { median, milliseconds, type Row } from '../support/table.ts';

const cases = [
	{ services: 1, aim: 1.3, peer: '613 ms / 2.9' },
	{ services: 10, aim: 1.1, peer: '1967 ms / 1.45' },
	{ services: 30, aim: 1.03, peer: '4071 ms / 1.06' },
];
const rounds = 5;
/** The floor is the best of these. */
const concurrencies = [1, 2, 4, 8];

/** How long from a new target to all its services running, against the engine alone, taken in turn? */
export async function measureTargetToRunning(context: BenchContext): Promise<Row[]> {
	context.cloud.setServices(0);
	const supervisor = await startSupervisor(context.device, context);
	try {
		const key = await context.cloud.apiKey();
		const rows: Row[] = [];
		for (const { services, aim, peer } of cases) {
			say(`target to running: ${services} services`);
			const { ours, floor } = await measureCase(context, { supervisor, key, services });
			const ratio = ours / floor;
			rows.push({
				question: `new target to all running, ${services} ${services === 1 ? 'service' : 'services'}`,
				measured: milliseconds(ours),
				floor: milliseconds(floor),
				ratio: ratio.toFixed(2),
				aim: `${aim} × floor`,
				peer,
				met: ratio <= aim,
			});
		}
		return rows;
	} finally {
		await supervisor.remove();
	}
}

interface Measured {
	readonly supervisor: BenchSupervisor;
	readonly key: string;
	readonly services: number;
}

async function measureCase(
	context: BenchContext,
	measured: Measured,
): Promise<{ ours: number; floor: number }> {
	const ours: number[] = [];
	const floors = new Map<number, number[]>();
	for (let round = 0; round < rounds; round += 1) {
		ours.push(await bringUp(context, measured));
		const copies = await copyContainers(context);
		for (const concurrency of concurrencies) {
			const taken = floors.get(concurrency) ?? [];
			floors.set(concurrency, [...taken, await measureFloor(context, copies, concurrency)]);
		}
		await takeDown(context, measured);
	}
	return { ours: median(ours), floor: Math.min(...[...floors.values()].map(median)) };
}

async function bringUp(
	context: BenchContext,
	{ supervisor, key, services }: Measured,
): Promise<number> {
	context.cloud.setServices(services);
	const done = untilRunning(context, services);
	const startedAt = performance.now();
	await supervisor.update(key);
	return (await done) - startedAt;
}

async function takeDown(context: BenchContext, { supervisor, key }: Measured): Promise<void> {
	context.cloud.setServices(0);
	const done = untilRunning(context, 0);
	await new Promise((resolve) => setTimeout(resolve, 1000)); // the poller does not ask twice within a second
	await supervisor.update(key);
	await done;
	await new Promise((resolve) => setTimeout(resolve, 1500));
}

import type { BenchContext } from '../support/context.ts';
import { follow, isDone, measuredApp } from '../support/course.ts';
import { median, milliseconds, type Row } from '../support/table.ts';
import { untilServicesRun, withServices } from '../support/with-services.ts';

const services = 30;
const rounds = 9;
const aimMs = 1000;
const never = new AbortController().signal;

/** How long from `docker rm --force` of a service's container until the service runs again? */
export async function measureRemovedByHand(context: BenchContext): Promise<Row[]> {
	const times: number[] = [];
	await withServices(context, { services }, async (supervisor) => {
		for (let round = 0; round < rounds; round += 1) {
			const container = await someContainer(context);
			const { tookMs } = await follow(context, measuredApp, {
				what: 'a service back after its container was removed',
				isOver: isDone('start', 1),
				begin: () => context.engine.removeContainer(container, never),
			});
			times.push(tookMs);
			await untilServicesRun(context, supervisor, services);
		}
	});
	const slowest = Math.max(...times);
	return [
		{
			question: 'a container removed by hand, to its service running again (slowest)',
			measured: `${milliseconds(median(times))} (${milliseconds(slowest)})`,
			rounds,
			floor: '',
			ratio: '',
			aim: milliseconds(aimMs),
			peer: 'not in 60 s',
			met: slowest <= aimMs,
		},
	];
}

async function someContainer({ engine }: BenchContext): Promise<string> {
	const containers = await engine.listContainers(never);
	const { label, value } = measuredApp;
	const found = containers.find(({ labels }) => labels[label] === value);
	if (found === undefined) throw new Error('no container of the measured app');
	return found.containerId;
}

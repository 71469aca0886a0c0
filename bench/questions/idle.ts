import { startEngineProxy } from '../../test/support/engine-proxy.ts';
import { startSupervisor } from '../support/bench-supervisor.ts';
import { say } from '../support/bench-device.ts';
import { untilRunning } from '../support/containers.ts';
import type { BenchContext } from '../support/context.ts';
import { megabytes, type Row } from '../support/table.ts';

const cases = [
	{ services: 0, memory: '100 MB', calls: '' },
	{ services: 10, memory: '105 MB', calls: '283' },
	{ services: 30, memory: '110 MB', calls: '828' },
];
const aimKib = 75 * 1024;
const settleMs = 15_000;
const idleMs = 60_000;
/** Engine calls that do not grow with the number of services. */
const constantCalls = 20;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What does an idle device cost, and how many calls did it take to get there? */
export async function measureIdle(context: BenchContext): Promise<Row[]> {
	const rows: Row[] = [];
	for (const { services, memory, calls } of cases) {
		say(`idle with ${services} services`);
		rows.push(...(await measureCase(context, { services, memory, calls })));
	}
	return rows;
}

async function measureCase(
	context: BenchContext,
	{ services, memory, calls }: (typeof cases)[number],
): Promise<Row[]> {
	const proxy = await startEngineProxy(
		{ host: context.device.ip, port: 2375 },
		context.device.hostIp,
	);
	context.cloud.setServices(0);
	const supervisor = await startSupervisor(context.device, { ...context, engineUrl: proxy.url });
	try {
		await pause(3000);
		proxy.forget();
		context.cloud.setServices(services);
		await supervisor.update(await context.cloud.apiKey());
		await untilRunning(context, services);
		await pause(settleMs);
		const callsMade = proxy.calls().length;
		const aimCalls = 4 * services + constantCalls;
		const resident = await supervisor.residentKib();
		const rows = [
			memoryRow(services, { resident, memory }),
			...(services === 0 ? [] : [callsRow(services, { callsMade, aimCalls, calls })]),
		];
		if (services !== 30) return rows;
		proxy.forget();
		const cpuBefore = await supervisor.cpuMs();
		await pause(idleMs);
		return [...rows, ...idleRows(proxy.calls().length, (await supervisor.cpuMs()) - cpuBefore)];
	} finally {
		await supervisor.remove();
		await proxy.close();
		await clear(context);
	}
}

function memoryRow(
	services: number,
	{ resident, memory }: { resident: number; memory: string },
): Row {
	return {
		question: `resident memory idle, ${services} services`,
		measured: megabytes(resident),
		floor: '',
		ratio: '',
		aim: megabytes(aimKib),
		peer: memory,
		met: resident <= aimKib,
	};
}

function callsRow(
	services: number,
	{ callsMade, aimCalls, calls }: { callsMade: number; aimCalls: number; calls: string },
): Row {
	return {
		question: `engine calls from target to settled, ${services} services`,
		measured: String(callsMade),
		floor: '',
		ratio: (callsMade / services).toFixed(1),
		aim: `4 a service + ${constantCalls}`,
		peer: calls,
		met: callsMade <= aimCalls,
	};
}

function idleRows(calls: number, cpuMs: number): Row[] {
	const blank = { floor: '', ratio: '', peer: '' };
	return [
		{
			...blank,
			question: 'engine calls in a minute at idle, 30 services',
			measured: String(calls),
			aim: '0',
			met: calls === 0,
		},
		{
			...blank,
			question: 'CPU in a minute at idle, 30 services',
			measured: `${cpuMs} ms`,
			aim: '600 ms',
			met: cpuMs <= 600,
		},
	];
}

async function clear({ device }: BenchContext): Promise<void> {
	const left = await device.docker(
		'ps',
		'--all',
		'--quiet',
		'--filter',
		'label=io.balena.supervised',
	);
	const ids = left.split('\n').filter((id) => id !== '');
	if (ids.length > 0) await device.docker('rm', '--force', '--volumes', ...ids);
}

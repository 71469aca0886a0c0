import { startEngineProxy, type EngineProxy } from '../../test/support/engine-proxy.ts';
import { say } from '../support/bench-device.ts';
import { startSupervisor, type BenchSupervisor } from '../support/bench-supervisor.ts';
import type { BenchContext } from '../support/context.ts';
import { megabytes, servicesText, type Row } from '../support/table.ts';
import { waitForServices } from '../support/wait-for-services.ts';
import { pause } from '../support/within.ts';

interface Case {
	readonly services: number;
	/** The peer's resident memory; undefined: not asked for with so many services. */
	readonly memory?: string;
	/** The peer's engine calls; undefined: not asked for with so many services. */
	readonly calls?: string;
	/** Watch it doing nothing for a minute, too. */
	readonly isWatched?: boolean;
}

const cases: readonly Case[] = [
	{ services: 0, memory: '100 MB' },
	{ services: 1, calls: '102' },
	{ services: 10, memory: '105 MB', calls: '283' },
	{ services: 30, memory: '110 MB', calls: '828', isWatched: true },
];
const aimKib = 75 * 1024;
const settleMs = 15_000;
const idleMs = 60_000;
/** Engine calls that do not grow with the number of services. */
const constantCalls = 20;
const idleCpuAimMs = 600;

/** What does an idle device cost, and how many calls did it take to get there? */
export async function measureIdle(context: BenchContext): Promise<Row[]> {
	const rows: Row[] = [];
	for (const one of cases) {
		say(`idle with ${servicesText(one.services)}`);
		rows.push(...(await measureCase(context, one)));
	}
	return rows;
}

async function measureCase(context: BenchContext, one: Case): Promise<Row[]> {
	const { device, cloud } = context;
	const proxy = await startEngineProxy({ host: device.ip, port: 2375 }, device.hostIp);
	cloud.setTarget({ services: 0, keeper: false });
	const supervisor = await startSupervisor(device, { ...context, engineUrl: proxy.url });
	try {
		await pause(3000);
		proxy.forget();
		cloud.setTarget({ services: one.services, keeper: false });
		await supervisor.update();
		await waitForServices(context, supervisor, one.services);
		await pause(settleMs);
		const callsMade = proxy.calls().length;
		const settled = { callsMade, residentKib: await supervisor.residentKib() };
		return [
			...settledRows(one, settled),
			...(one.isWatched === true ? await watch(one, supervisor, proxy) : []),
		];
	} finally {
		await supervisor.remove();
		await proxy.close();
		await device.removeServices();
	}
}

const bare = { rounds: 1, floor: '', ratio: '' };

function settledRows(
	{ services, memory, calls }: Case,
	{ residentKib, callsMade }: { readonly residentKib: number; readonly callsMade: number },
): Row[] {
	const rows: Row[] = [];
	if (memory !== undefined) {
		rows.push({
			...bare,
			question: `resident memory idle, ${servicesText(services)}`,
			measured: megabytes(residentKib),
			aim: `< ${megabytes(aimKib)}`,
			peer: memory,
			met: residentKib < aimKib,
		});
	}
	if (calls !== undefined) {
		rows.push({
			...bare,
			question: `engine calls from new target to settled, ${servicesText(services)}`,
			measured: String(callsMade),
			aim: `4 a service + ${constantCalls}`,
			peer: calls,
			met: callsMade <= 4 * services + constantCalls,
		});
	}
	return rows;
}

async function watch(
	{ services }: Case,
	supervisor: BenchSupervisor,
	proxy: EngineProxy,
): Promise<Row[]> {
	proxy.forget();
	const cpuBefore = await supervisor.cpuMs();
	await pause(idleMs);
	const cpuMs = (await supervisor.cpuMs()) - cpuBefore;
	const calls = proxy.calls().length;
	const during = `in a minute at idle, ${servicesText(services)}`;
	return [
		{
			...bare,
			question: `engine calls ${during}`,
			measured: String(calls),
			aim: '0',
			peer: '',
			met: calls === 0,
		},
		{
			...bare,
			question: `CPU ${during}`,
			measured: `${cpuMs} ms`,
			aim: `${idleCpuAimMs} ms`,
			peer: '',
			met: cpuMs <= idleCpuAimMs,
		},
	];
}

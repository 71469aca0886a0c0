import { startBareServer, type BareServer } from '../support/bare-server.ts';
import { say } from '../support/bench-device.ts';
import type { BenchSupervisor } from '../support/bench-supervisor.ts';
import type { BenchContext } from '../support/context.ts';
import { putLoad, type LoadResult } from '../support/load.ts';
import { megabytes, type Row } from '../support/table.ts';
import { withServices } from '../support/with-services.ts';
import { pause } from '../support/within.ts';
import { measureEventReaders } from './event-readers.ts';
import { measurePingDuringChange } from './ping-during-change.ts';

interface Endpoint {
	readonly path: string;
	/** Requests a second of the peer at one connection. */
	readonly peer?: number;
	/** Requests a second, at one connection and at more. */
	readonly aim?: number;
}

const aim = 3_000;
const endpoints: readonly Endpoint[] = [
	{ path: '/ping' },
	{ path: '/v1/device', peer: 246, aim },
	{ path: '/v2/applications/state', peer: 108, aim },
	{ path: '/v2/state/status', peer: 206, aim },
	{ path: '/v3/status', aim },
];
const services = 30;
const seconds = 3;
const manyConnections = 32;
const p99AimMs = 10;
const growthAimKib = 5 * 1024;
/** What can be given back is given back by then: the supervisor does that once a minute at most. */
const restMs = 75_000;
/** What bringing up the services took is given back by then. */
const settleMs = 15_000;
const bare = { rounds: 1, floor: '', ratio: '' };

/** What does the local API bear, and at what cost? */
export async function measureLocalApi(context: BenchContext): Promise<Row[]> {
	return withServices(context, { services }, async (supervisor) => {
		say(`memory after ${context.requests} requests`);
		const memory = await measureMemory(supervisor, context.requests);
		say('readers of events');
		const events = await measureEventReaders(context, supervisor);
		const server = await startBareServer(context.device);
		try {
			const parts = { supervisor, server };
			const load = await measureEndpoints(parts);
			say('/ping while all services change');
			const ping = await measurePingDuringChange(context, parts, services);
			return [...load, ...memory, ...ping, ...events];
		} finally {
			await server.remove();
		}
	});
}

interface Parts {
	readonly supervisor: BenchSupervisor;
	readonly server: BareServer;
}

async function measureMemory(supervisor: BenchSupervisor, requests: number): Promise<Row[]> {
	const { apiUrl, apiKey: key } = supervisor;
	await pause(settleMs);
	const before = await supervisor.residentKib();
	const urls = endpoints.map(({ path }) => `${apiUrl}${path}`);
	await putLoad({ urls, key, connections: manyConnections, until: { requests } });
	await pause(restMs);
	const after = await supervisor.residentKib();
	const question = `resident memory after ${requests} requests (before them)`;
	return [
		{
			...bare,
			question,
			measured: `${megabytes(after)} (${megabytes(before)})`,
			aim: `+ ${megabytes(growthAimKib)}`,
			peer: '340 MB',
			met: after - before <= growthAimKib,
		},
	];
}

async function measureEndpoints(parts: Parts): Promise<Row[]> {
	const rows: Row[] = [];
	for (const endpoint of endpoints) {
		for (const connections of [1, manyConnections]) {
			say(`${endpoint.path} at ${connections}`);
			rows.push(await measureEndpoint(endpoint, connections, parts));
		}
	}
	return rows;
}

async function measureEndpoint(
	endpoint: Endpoint,
	connections: number,
	{ supervisor, server }: Parts,
): Promise<Row> {
	const { apiUrl, apiKey: key } = supervisor;
	const until = { seconds };
	const ours = await putLoad({ urls: [`${apiUrl}${endpoint.path}`], key, connections, until });
	const floor = await putLoad({ urls: [server.urlOf(ours.bodyBytes)], key, connections, until });
	return rowOf(endpoint, connections, { ours, floor });
}

function rowOf(
	{ path, peer, aim }: Endpoint,
	connections: number,
	{ ours, floor }: { readonly ours: LoadResult; readonly floor: LoadResult },
): Row {
	const isMany = connections > 1;
	const isFast = aim === undefined || ours.perSecond >= aim;
	const size = `${(ours.bodyBytes / 1024).toFixed(1)} KB`;
	const aims = [
		...(aim === undefined ? [] : [perSecond(aim)]),
		...(isMany ? [`p99 < ${p99AimMs} ms`] : []),
	];
	return {
		question: `GET ${path} (${size}), ${connections === 1 ? '1 connection' : `${connections} connections`}`,
		measured: describe(ours),
		rounds: 1,
		floor: describe(floor),
		ratio: (ours.perSecond / floor.perSecond).toFixed(2),
		aim: aims.join(', '),
		peer: isMany || peer === undefined ? '' : perSecond(peer),
		met: isFast && (!isMany || ours.p99 < p99AimMs),
	};
}

const perSecond = (count: number): string => `${count.toFixed(0)}/s`;
const describe = ({ perSecond: count, p50, p99 }: LoadResult): string =>
	`${perSecond(count)}, p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)} ms`;

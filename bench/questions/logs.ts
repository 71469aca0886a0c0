import { eventually } from '../../test/support/eventually.ts';
import { startBareServer } from '../support/bare-server.ts';
import { say } from '../support/bench-device.ts';
import type { BenchSupervisor } from '../support/bench-supervisor.ts';
import type { BenchContext } from '../support/context.ts';
import type { LineCount } from '../support/line-count.ts';
import { percentile } from '../support/load.ts';
import { openOutlet, type LogOutlet, type SinkName } from '../support/log-outlets.ts';
import { prepareLines, writersOf } from '../support/log-writers.ts';
import { startPings, type Pings } from '../support/pings.ts';
import { followRaw } from '../support/raw-log-readers.ts';
import { megabytes, servicesText, type Row } from '../support/table.ts';
import { pause } from '../support/within.ts';

interface Case {
	readonly sink: SinkName;
	readonly services: number;
	readonly linesEach: number;
	/** balena-supervisor v19.0.5. */
	readonly peer?: string;
}

const cases: readonly Case[] = [
	{ sink: 'cloud', services: 1, linesEach: 200_000, peer: '15000/s, 250 MB' },
	{ sink: 'cloud', services: 30, linesEach: 10_000 },
	{ sink: 'local stream', services: 1, linesEach: 200_000 },
	{ sink: 'local stream', services: 30, linesEach: 10_000 },
];
const aimPerSec = 40_000;
const aimKib = 100 * 1024;
const aimPingMs = 100;
const longestMs = 60_000;
/** Whatever bringing up the services took is over by then. */
const settleMs = 12_000;
/** Beyond what a service may write at once, by default. */
const floodLines = 300_000;
const slow = { bytesPerSec: 4096, lines: 200_000, watchedMs: 60_000 };

/** How many lines come through to the readers, at what cost, and what is lost? */
export async function measureLogs(bench: BenchContext): Promise<Row[]> {
	const bareServer = await startBareServer(bench.device);
	try {
		return await measureAll({ ...bench, floorPingUrl: bareServer.urlOf(2) });
	} finally {
		await bareServer.remove();
	}
}

interface LogContext extends BenchContext {
	/** Of a server that only answers. */
	readonly floorPingUrl: string;
}

async function measureAll(context: LogContext): Promise<Row[]> {
	const rows: Row[] = [];
	for (const one of cases) {
		say(`${one.linesEach} lines of each of ${servicesText(one.services)} to the ${one.sink}`);
		rows.push(...(await measureCase(context, one)));
	}
	say('more lines than a service may write');
	rows.push(...(await withOutlet(context, { sink: 'cloud', services: 1 }, measureFlood)));
	say('a cloud that is slow');
	rows.push(...(await withOutlet(context, { sink: 'cloud', services: 1 }, measureSlowCloud)));
	return rows;
}

interface Outlet extends LogOutlet {
	readonly containers: readonly string[];
}

async function withOutlet<T>(
	context: LogContext,
	{ sink, services }: Pick<Case, 'sink' | 'services'>,
	work: (context: LogContext, outlet: Outlet) => Promise<T>,
): Promise<T> {
	const opened = await openOutlet[sink](context, services);
	let removing: Promise<void> | undefined;
	const outlet = { ...opened, remove: () => (removing ??= opened.remove()) };
	try {
		const containers = await writersOf(context.device, outlet.appId);
		await pause(settleMs);
		await write(context, { ...outlet, containers }, 1); // the stream is open afterwards
		return await work(context, { ...outlet, containers });
	} finally {
		await outlet.remove();
		await context.device.removeServices();
	}
}

interface Writing extends Pick<Outlet, 'containers' | 'count' | 'forget'> {
	readonly supervisor?: BenchSupervisor;
	/** Called a moment before the first line. */
	readonly onStart?: () => Promise<void>;
}

const aheadMs = 200;

/** Each service writes; resolves when every line has come, or its loss. */
async function write(
	{ device }: LogContext,
	{ containers, count, forget, supervisor, onStart }: Writing,
	linesEach: number,
): Promise<LineCount & { readonly tookMs: number }> {
	forget();
	const wanted = linesEach * containers.length;
	const startedAtMs = await prepareLines(device, containers, linesEach);
	await pause(Math.max(0, startedAtMs - performance.now() - aheadMs));
	await onStart?.();
	await eventually(
		`${wanted} lines, or their loss`,
		() => (count().lines + count().told >= wanted ? true : undefined),
		{ withinMs: longestMs, everyMs: 20 },
	).catch(async () => {
		say(`of ${wanted} lines came only ${JSON.stringify(count())}`);
		say((await supervisor?.lastWords()) ?? '');
	});
	return { ...count(), tookMs: count().lastAtMs - startedAtMs };
}

interface Watched extends LineCount {
	readonly tookMs: number;
	readonly cpuMs: number;
	readonly mostKib: number;
	readonly pingP99Ms: number;
	/** Of a server that only answers. */
	readonly floorP99Ms: number;
	/** How long the supervisor's first thread waited for a processor, in milliseconds. */
	readonly waitedMs: number;
	/** As `waitedMs`, of who sends the pings. */
	readonly senderWaitedMs: number;
}

/** As `write`, and what it cost. */
async function watch(context: LogContext, outlet: Outlet, linesEach: number): Promise<Watched> {
	const { supervisor } = outlet;
	let before = { cpuMs: 0, waitedMs: 0 };
	const memory = watchMemory(supervisor);
	const pings: Pings[] = [];
	const onStart = async (): Promise<void> => {
		before = await used(supervisor);
		for (const url of [`${supervisor.apiUrl}/ping`, context.floorPingUrl])
			pings.push(startPings(url));
	};
	const result = await write(context, { ...outlet, onStart }, linesEach).finally(() => {
		for (const one of pings) one.stop();
	});
	const after = await used(supervisor);
	const mostKib = await memory.most();
	const results = await Promise.all(pings.map((one) => one.result()));
	const p99s = results.map(({ tookMs }) => percentile(tookMs, 0.99));
	const [pingP99Ms = Infinity, floorP99Ms = Infinity] = p99s;
	return {
		...{ ...result, mostKib, pingP99Ms, floorP99Ms },
		cpuMs: after.cpuMs - before.cpuMs,
		waitedMs: after.waitedMs - before.waitedMs,
		senderWaitedMs: results[0]?.waitedMs ?? NaN,
	};
}

async function used(supervisor: BenchSupervisor): Promise<{ cpuMs: number; waitedMs: number }> {
	return { cpuMs: await supervisor.cpuMs(), waitedMs: await supervisor.waitedMs() };
}

function watchMemory(supervisor: BenchSupervisor): { most(): Promise<number> } {
	const seen: Promise<number>[] = [supervisor.residentKib()];
	const timer = setInterval(() => seen.push(supervisor.residentKib()), 200);
	return {
		async most() {
			clearInterval(timer);
			return Math.max(...(await Promise.all(seen)));
		},
	};
}

const perSec = ({ lines, tookMs }: { lines: number; tookMs: number }): number =>
	lines / (tookMs / 1000);

async function measureCase(context: LogContext, one: Case): Promise<Row[]> {
	const { services, sink, linesEach, peer = '' } = one;
	const { ours, floor } = await withOutlet(context, one, async (_context, outlet) => {
		const watched = await watch(context, outlet, linesEach);
		await outlet.remove(); // the services run on, and the engine has their lines for itself
		return { ours: watched, floor: await measureFloor(context, outlet, linesEach) };
	});
	const wanted = services * linesEach;
	const lost = wanted - ours.lines - ours.told;
	const rate = perSec(ours);
	const losses = `${ours.told} told of, ${Math.max(0, lost)} lost`;
	return [
		{
			question: `${wanted} lines of ${servicesText(services)} to the ${sink}`,
			measured: `${rate.toFixed(0)}/s, CPU ${(ours.cpuMs / 1000).toFixed(1)} s, ${megabytes(ours.mostKib)}, ${losses}`,
			rounds: 1,
			floor: `${perSec(floor).toFixed(0)}/s`,
			ratio: (rate / perSec(floor)).toFixed(2),
			aim: `${aimPerSec}/s, < ${megabytes(aimKib)}, 0 lost`,
			peer,
			met: rate >= aimPerSec && ours.mostKib < aimKib && ours.lines === wanted,
		},
		...pingRows(`${servicesText(services)} to the ${sink}`, ours),
	];
}

function pingRows(what: string, watched: Watched): Row[] {
	const { pingP99Ms, floorP99Ms, waitedMs, senderWaitedMs, tookMs } = watched;
	return [
		{
			...bare,
			question: `GET /ping meanwhile, ${what}: p99`,
			measured: `${pingP99Ms.toFixed(1)} ms`,
			floor: `${floorP99Ms.toFixed(1)} ms`,
			ratio: (pingP99Ms / floorP99Ms).toFixed(2),
			aim: `< ${aimPingMs} ms`,
			met: pingP99Ms < aimPingMs,
		},
		{
			...bare,
			question: `waiting for a processor meanwhile, ${what} (who sends the pings)`,
			measured: `${waitedMs.toFixed(0)} of ${tookMs.toFixed(0)} ms (${senderWaitedMs.toFixed(0)} ms)`,
			aim: '',
			met: true,
		},
	];
}

const bare = { rounds: 1, floor: '', ratio: '', peer: '' };

/** The engine alone, read by somebody who only counts. */
async function measureFloor(
	context: LogContext,
	{ containers }: Outlet,
	linesEach: number,
): Promise<LineCount & { readonly tookMs: number }> {
	const readers = await followRaw(context.device, containers);
	try {
		return await write(context, { ...readers, containers, forget: () => undefined }, linesEach);
	} finally {
		readers.leave();
	}
}

async function measureFlood(context: LogContext, outlet: Outlet): Promise<Row[]> {
	const { lines, told, ...watched } = await watch(context, outlet, floodLines);
	const unaccounted = floodLines - lines - told;
	return [
		{
			...bare,
			question: `${floodLines} lines of a service that may write 200000 at once`,
			measured: `${lines} came, ${told} told of, ${Math.max(0, unaccounted)} lost`,
			aim: 'each came or is told of',
			met: unaccounted <= 0,
		},
		...pingRows('more than a service may write', { lines, told, ...watched }),
	];
}

async function measureSlowCloud(context: LogContext, outlet: Outlet): Promise<Row[]> {
	const { supervisor, cloud, containers } = outlet;
	const before = await supervisor.residentKib();
	cloud?.throttle(slow.bytesPerSec);
	const memory = watchMemory(supervisor);
	await prepareLines(context.device, containers, slow.lines);
	await pause(slow.watchedMs);
	const mostKib = await memory.most();
	cloud?.throttle(undefined);
	return [
		{
			...bare,
			question: `resident memory, ${slow.lines} lines to a cloud that reads ${slow.bytesPerSec} bytes/s (before)`,
			measured: `${megabytes(mostKib)} (${megabytes(before)})`,
			aim: `< ${megabytes(aimKib)}`,
			met: mostKib < aimKib,
		},
	];
}

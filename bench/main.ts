import { cpus, loadavg, totalmem } from 'node:os';
import { Command } from 'commander';
import { engineOf } from '../test/integration/support/device.ts';
import { measureAllChanged } from './questions/all-changed.ts';
import { measureIdle } from './questions/idle.ts';
import { measureIdleTraffic } from './questions/idle-traffic.ts';
import { compareImages, measureImage } from './questions/image.ts';
import { measureLocalApi } from './questions/local-api.ts';
import { measureLogs } from './questions/logs.ts';
import { measureOneChange } from './questions/one-change.ts';
import { measureOutage } from './questions/outage.ts';
import { measurePlanning } from './questions/planning.ts';
import { measureRefresh } from './questions/refresh.ts';
import { measureRemovedByHand } from './questions/removed-by-hand.ts';
import { measureSameTarget } from './questions/same-target.ts';
import { measureSlowCloud } from './questions/slow-cloud.ts';
import { measureStartUp } from './questions/start-up.ts';
import { measureSyncWatch } from './questions/sync-watch.ts';
import { measureTargetToRunning } from './questions/target-to-running.ts';
import { measureToNone } from './questions/to-none.ts';
import { say, startBenchDevice, type BenchDevice } from './support/bench-device.ts';
import type { BenchContext } from './support/context.ts';
import { toTable, type Row } from './support/table.ts';
import { startTargetServer } from './support/target-server.ts';
import { within } from './support/within.ts';

const questions: Readonly<Record<string, (context: BenchContext) => Promise<Row[]>>> = {
	'start-up': measureStartUp,
	'target-to-running': measureTargetToRunning,
	'one-change': measureOneChange,
	'all-changed': measureAllChanged,
	'to-none': measureToNone,
	'removed-by-hand': measureRemovedByHand,
	'same-target': measureSameTarget,
	idle: measureIdle,
	'local-api': measureLocalApi,
	logs: measureLogs,
	'idle-traffic': measureIdleTraffic,
	'slow-cloud': measureSlowCloud,
	outage: measureOutage,
	planning: measurePlanning,
	refresh: measureRefresh,
	'sync-watch': measureSyncWatch,
	image: measureImage,
	'image-twice': compareImages,
};
/** No question takes half as long. */
const longestMs = 12 * 60_000;

interface Options {
	readonly json: boolean;
	readonly only?: string[];
	readonly requests: number;
}

const help = `
Questions:
  start-up           from the container's first process to the first 200 of /ping
  target-to-running  from POST /v1/update with a new target in the cloud to the start of the last of 1, 10 and 30
                     services, image present; the floor is the raw engine, which makes the same containers at its
                     best concurrency, in the same run, in turn, while the supervisor is frozen
  one-change         from a changed variable of one of 30 services to its new container running, how long the service
                     is down, and engine calls; the floor removes, creates and starts one container
  all-changed        all 30 services changed at once: how long each is down, and how long nothing ran at all; the floor
                     stops and starts the same containers one after another
  to-none            from a target without services to the last of 30 containers gone
  removed-by-hand    from docker rm --force of a service's container to the service running again
  same-target        engine calls when the target is told once more
  idle               resident memory with 0, 10 and 30 services, engine calls on the way there, and engine calls and
                     CPU of a minute in which nothing happens
  local-api          requests a second and latencies with 30 services, at 1 and 32 connections, beside a server in the same
                     image that does nothing but answer; /ping while all services change; memory after many requests;
                     events to 100 readers. The load comes from this computer, whose processors the supervisor shares
  logs               lines a second through to the cloud's stream and to the local one, of 1 and 30 services that write as
                     fast as they can, with processor time, memory, loss, and /ping meanwhile; the floor is a reader of
                     the engine that only counts. More lines than a service may write, and a cloud that is slow
  idle-traffic       bytes and requests an hour by which an idle device keeps its cloud up to date, on a driven clock, over TLS
                     on the loopback, with the headers of packets; the peer's requests are what the contract implies
  slow-cloud         memory of poll and report while each answer takes long and much changes
  outage             requests a second when a fleet of 100,000 comes back to a cloud that was away for an hour; a simulation
                     with the real schedules, and with the fixed pauses of the peer
  planning           computing the plan for 1, 100 and 1,000 services, without an engine
  refresh            ./dindctl refresh from the command to its end, on a device of its own, and run when nothing is to do
  sync-watch         ./sync.ts --watch from a saved file to the first answer of the supervisor that runs it
  image              its size, and how long it takes to build when nothing has changed
  image-twice        whether two builds without a cache, minutes each, have one id

The whole takes about half an hour on a machine with nothing else to do. The exit code is 0 when everything was measured, also when an aim is missed.
Absolute times depend on the machine and on what else it does; trust the ratios.`;

const program = new Command('npm run bench --')
	.description('Measures the shipped image on an engine of its own, beside the raw engine.')
	.option('--json', 'print the rows and the machine as JSON', false)
	.option('--only <question...>', `only these: ${Object.keys(questions).join(', ')}`)
	.option(
		'--requests <count>',
		'of local-api: requests before memory is looked at',
		Number,
		100_000,
	)
	.addHelpText('after', help)
	.showHelpAfterError();

async function main({ json, requests, only = Object.keys(questions) }: Options): Promise<void> {
	const unknown = only.filter((name) => !(name in questions));
	if (unknown.length > 0) program.error(`no such question: ${unknown.join(', ')}`, { exitCode: 2 });
	const device = await startBenchDevice();
	removeWhenInterrupted(device);
	try {
		const rows = await measure(device, { only, requests });
		const machine = await describeMachine(device);
		process.stdout.write(
			json ? `${JSON.stringify({ machine, rows }, null, 2)}\n` : `${toTable(rows)}\n\n${machine}\n`,
		);
	} finally {
		await device.remove();
	}
}

async function measure(
	device: BenchDevice,
	{ only, requests }: Required<Pick<Options, 'only' | 'requests'>>,
): Promise<Row[]> {
	const deviceUuid = 'd'.repeat(32);
	const cloud = await startTargetServer(deviceUuid, await tagServiceImage(device));
	const engine = engineOf(device);
	const cloudUrl = cloud.url.replace('127.0.0.1', device.hostIp);
	const context: BenchContext = { device, engine, cloud, cloudUrl, deviceUuid, requests };
	const rows: Row[] = [];
	try {
		for (const name of only) {
			say(`measuring ${name}`);
			const measured = questions[name]?.(context) ?? Promise.resolve([]);
			rows.push(...(await within(`the answer to ${name}`, longestMs, measured)));
		}
		return rows;
	} finally {
		engine.close();
		await cloud.close();
	}
}

/** The image of the services under a name as releases have it: in a registry, which nobody asks for it. */
async function tagServiceImage(device: BenchDevice): Promise<string> {
	const image = `registry.bench.test/v2/${'ab'.repeat(16)}`;
	await device.docker('tag', 'busybox:stable', image);
	return image;
}

async function describeMachine(device: BenchDevice): Promise<string> {
	const engineVersion = await device.docker('version', '--format', '{{.Server.Version}}');
	const memoryGb = Math.round(totalmem() / 1024 ** 3);
	const load = loadavg().map((value) => value.toFixed(1));
	return [
		`${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${memoryGb} GB`,
		`Docker ${engineVersion} in a container`,
		`load ${load.join(' ')} (1, 5, 15 min)`,
	].join('; ');
}

function removeWhenInterrupted(device: BenchDevice): void {
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.once(signal, () => {
			say(`${signal}: removing the device`);
			void device.remove().finally(() => process.exit(130)); // ends the process, whatever it waits for
		});
	}
}

await main(program.parse().opts<Options>());
process.exit(0); // streams of an engine that is gone hold the process no longer

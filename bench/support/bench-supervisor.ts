import { request } from 'node:http';
import { eventually } from '../../test/support/eventually.ts';
import { cpuMsOf, statusField, waitedMsOf } from '../../test/support/process-facts.ts';
import { supervisorPid, type BenchDevice } from './bench-device.ts';

/** The shipped supervisor image, running in the device as its unit would run it. */
export interface BenchSupervisor {
	/** From the first instruction of the container to the first 200 of `/ping`, in milliseconds. */
	readonly startedInMs: number;
	/** Of the local API, as this computer reaches it. */
	readonly apiUrl: string;
	/** The global key of the local API. */
	readonly apiKey: string;
	/** Resident set, in KiB. */
	residentKib(): Promise<number>;
	/** CPU time used, in milliseconds. */
	cpuMs(): Promise<number>;
	/** How long its first thread, which does nearly all it does, has waited for a processor, in milliseconds. */
	waitedMs(): Promise<number>;
	/** Asks for the target now. @throws {Error} unless it is accepted */
	update(): Promise<void>;
	/** It does nothing, and takes no time from others, while `work` runs. */
	whileFrozen<T>(work: () => Promise<T>): Promise<T>;
	/** The end of its log, for the message when something takes too long. */
	lastWords(): Promise<string>;
	/** Removes it with its data. */
	remove(): Promise<void>;
}

export interface BenchSupervisorOptions {
	readonly deviceUuid: string;
	/** Empty: the device has no cloud, and is in local mode. */
	readonly cloudUrl: string;
	/** Where lines of logs go, if that is not the cloud. */
	readonly logsUrl?: string;
	/** For DOCKER_HOST; default: the device's socket. */
	readonly engineUrl?: string;
}

const name = 'bench_supervisor';
const folder = '/mnt/data/bench';
const port = 48_484;

export async function startSupervisor(
	device: BenchDevice,
	options: BenchSupervisorOptions,
): Promise<BenchSupervisor> {
	await device.exec('sh', '-c', writeDevice(options));
	await device.docker(...createArgs(device, options));
	const started = device.docker('start', name);
	const upAt = await firstPing(device.ip);
	await started;
	const startedAt = Number(await device.exec('cat', `${folder}/started`)) / 1e6;
	const pid = await supervisorPid(device);
	const remove = async (): Promise<void> => {
		await device.docker('rm', '--force', '--volumes', name);
		await device.exec('rm', '-rf', folder);
	};
	const apiUrl = `http://${device.ip}:${port}`;
	const apiKey = await device.docker('exec', name, '/usr/src/app/entry.sh', 'api-key');
	return {
		startedInMs: upAt - startedAt,
		...{ apiUrl, apiKey },
		residentKib: async () => Number(await statusField(pid, 'VmRSS')),
		cpuMs: () => cpuMsOf(pid),
		waitedMs: () => waitedMsOf(pid),
		update: updaterOf({ apiUrl, apiKey }),
		async whileFrozen(work) {
			process.kill(pid, 'SIGSTOP');
			try {
				return await work();
			} finally {
				process.kill(pid, 'SIGCONT');
			}
		},
		lastWords: () => device.exec('sh', '-c', `docker logs --tail 15 ${name} 2>&1`),
		remove,
	};
}

function updaterOf({
	apiUrl,
	apiKey,
}: Pick<BenchSupervisor, 'apiUrl' | 'apiKey'>): () => Promise<void> {
	return async () => {
		const url = `${apiUrl}/v1/update?apikey=${apiKey}`;
		const { ok, status } = await fetch(url, {
			method: 'POST',
			signal: AbortSignal.timeout(10_000),
		});
		if (!ok) throw new Error(`POST /v1/update: ${status}`);
	};
}

function writeDevice({ deviceUuid, cloudUrl, logsUrl }: BenchSupervisorOptions): string {
	const identity = {
		uuid: deviceUuid,
		deviceApiKey: 'k'.repeat(32),
		deviceId: 1,
		registered_at: 1,
	};
	const config = {
		apiEndpoint: cloudUrl,
		listenPort: port,
		applicationId: 77,
		...identity,
		logsEndpoint: logsUrl,
	};
	return `mkdir -p ${folder}/boot && echo '${JSON.stringify(config)}' > ${folder}/boot/config.json`;
}

function createArgs(
	{ supervisorImage }: BenchDevice,
	{ engineUrl }: BenchSupervisorOptions,
): string[] {
	return [
		...['create', '--name', name, '--network', 'host'],
		...['--volume', '/run/docker.sock:/var/run/docker.sock'],
		...['--volume', `${folder}:/data`, '--volume', `${folder}/boot:/mnt/boot`],
		...['--volume', '/:/mnt/root'],
		...(engineUrl === undefined ? [] : ['--env', `DOCKER_HOST=${engineUrl}`]),
		...['--entrypoint', 'sh', supervisorImage],
		...['-c', 'date +%s%N > /data/started; exec /usr/src/app/entry.sh'],
	];
}

/** @returns wall time of the answer, in milliseconds since 1970 */
function firstPing(ip: string): Promise<number> {
	const ask = (): Promise<number> =>
		new Promise((resolve, reject) => {
			const question = request({ host: ip, port, path: '/ping', agent: false }, (answer) => {
				answer.resume();
				if (answer.statusCode === 200) resolve(Date.now());
				else reject(new Error(`GET /ping: ${answer.statusCode}`));
			});
			question.once('error', reject);
			question.setTimeout(5_000, () => question.destroy(new Error('GET /ping: no answer')));
			question.end();
		});
	return eventually('the first 200 of /ping', ask, { withinMs: 30_000, everyMs: 2 });
}

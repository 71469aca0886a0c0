import { cpuMsOf, statusField } from '../../test/support/process-facts.ts';
import { supervisorPid, type BenchDevice } from './bench-device.ts';

/** The shipped supervisor image, running in the device as its unit would run it. */
export interface BenchSupervisor {
	/** From the first instruction of the container to the first 200 of `/ping`, in milliseconds. */
	readonly startedInMs: number;
	/** Resident set, in KiB. */
	residentKib(): Promise<number>;
	/** CPU time used, in milliseconds. */
	cpuMs(): Promise<number>;
	/** Asks for the target now. */
	update(apiKey: string): Promise<void>;
	/** Removes it with its data. */
	remove(): Promise<void>;
}

export interface BenchSupervisorOptions {
	readonly deviceUuid: string;
	readonly cloudUrl: string;
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
	await device.docker('start', name);
	const upAt = await firstPing(device.ip);
	const startedAt = Number(await device.exec('cat', `${folder}/started`)) / 1e6;
	const pid = await supervisorPid(device);
	return {
		startedInMs: upAt - startedAt,
		residentKib: async () => Number(await statusField(pid, 'VmRSS')),
		cpuMs: () => cpuMsOf(pid),
		async update(apiKey) {
			await fetch(`http://${device.ip}:${port}/v1/update?apikey=${apiKey}`, { method: 'POST' });
		},
		async remove() {
			await device.docker('rm', '--force', '--volumes', name);
			await device.exec('rm', '-rf', folder);
		},
	};
}

function writeDevice({ deviceUuid, cloudUrl }: BenchSupervisorOptions): string {
	const identity = {
		uuid: deviceUuid,
		deviceApiKey: 'k'.repeat(32),
		deviceId: 1,
		registered_at: 1,
	};
	const config = { apiEndpoint: cloudUrl, listenPort: port, applicationId: 77, ...identity };
	return `mkdir -p ${folder}/boot && echo '${JSON.stringify(config)}' > ${folder}/boot/config.json`;
}

function createArgs(
	{ supervisorImage }: BenchDevice,
	{ engine }: BenchSupervisorOptions,
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
async function firstPing(ip: string): Promise<number> {
	const deadline = performance.now() + 30_000;
	while (performance.now() < deadline) {
		const isUp = await fetch(`http://${ip}:${port}/ping`).then(
			({ ok }) => ok,
			() => false,
		);
		if (isUp) return performance.timeOrigin + performance.now();
		await new Promise((resolve) => setTimeout(resolve, 1));
	}
	throw new Error('the supervisor did not answer /ping within 30 s');
}

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A built supervisor that runs as a process of the bench, against the engine of the bench. */
export interface BenchSupervisor {
	readonly port: number;
	/** Milliseconds from the start of the process to the first 200 of `/ping`. */
	readonly startedInMs: number;
	/** Resident set of the process, in KiB. */
	residentKib(): Promise<number>;
	/** CPU time the process has used, in milliseconds. */
	cpuMs(): Promise<number>;
	/** Asks for the target now. */
	update(apiKey: string): Promise<void>;
	stop(): Promise<void>;
}

export interface BenchSupervisorOptions {
	readonly deviceUuid: string;
	/** `unix:///…` or `tcp://…` */
	readonly engine: string;
	/** Base URL of the cloud; empty: unmanaged. */
	readonly cloudUrl: string;
}

export async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise<void>((resolve) => server.close(() => resolve()));
	return port;
}

export async function startSupervisor(options: BenchSupervisorOptions): Promise<BenchSupervisor> {
	const root = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
	const port = await freePort();
	await writeDevice(root, { ...options, port });
	const startedAt = performance.now();
	const child = spawn(process.execPath, ['dist/main.cjs'], {
		env: environmentOf(root, options.engine),
		stdio: ['ignore', process.env.BENCH_VERBOSE === undefined ? 'ignore' : 'inherit', 'inherit'],
	});
	await firstPing(port, child);
	const startedInMs = performance.now() - startedAt;
	const pid = child.pid ?? 0;
	return {
		port,
		startedInMs,
		residentKib: async () => Number(await statusField(pid, 'VmRSS')),
		cpuMs: () => cpuMsOf(pid),
		update: async (apiKey) => {
			await fetch(`http://127.0.0.1:${port}/v1/update?apikey=${apiKey}`, { method: 'POST' });
		},
		async stop() {
			const gone = new Promise((resolve) => child.once('exit', resolve));
			child.kill('SIGTERM');
			await gone;
			await rm(root, { recursive: true, force: true });
		},
	};
}

async function writeDevice(
	root: string,
	{ deviceUuid, cloudUrl, port }: BenchSupervisorOptions & { port: number },
): Promise<void> {
	for (const folder of ['boot', 'data', 'state']) await mkdir(join(root, folder));
	const identity = {
		uuid: deviceUuid,
		deviceApiKey: 'k'.repeat(32),
		deviceId: 1,
		registered_at: 1,
	};
	const config = { apiEndpoint: cloudUrl, listenPort: port, applicationId: 77, ...identity };
	await writeFile(join(root, 'boot/config.json'), JSON.stringify(config));
}

function environmentOf(root: string, engine: string): NodeJS.ProcessEnv {
	return {
		PATH: process.env.PATH,
		ROOT_MOUNTPOINT: root,
		BOOT_MOUNTPOINT: join(root, 'boot'),
		STATE_MOUNTPOINT: join(root, 'state'),
		DATA_MOUNTPOINT: join(root, 'data'),
		CONFIG_MOUNT_POINT: join(root, 'boot/config.json'),
		DATABASE_PATH: join(root, 'data/database.sqlite'),
		DOCKER_HOST: engine,
		LED_FILE: '/dev/null',
	};
}

async function firstPing(port: number, child: ChildProcess): Promise<void> {
	const deadline = performance.now() + 30_000;
	while (performance.now() < deadline) {
		if (child.exitCode !== null) throw new Error(`the supervisor ended with ${child.exitCode}`);
		const isUp = await fetch(`http://127.0.0.1:${port}/ping`).then(
			({ ok }) => ok,
			() => false,
		);
		if (isUp) return;
		await new Promise((resolve) => setTimeout(resolve, 2));
	}
	throw new Error('the supervisor did not answer /ping within 30 s');
}

async function statusField(pid: number, name: string): Promise<string> {
	const status = await readFile(`/proc/${pid}/status`, 'utf8');
	return new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 'NaN';
}

/** Clock ticks are a hundredth of a second on Linux. */
async function cpuMsOf(pid: number): Promise<number> {
	const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	return (Number(fields[11]) + Number(fields[12])) * 10;
}

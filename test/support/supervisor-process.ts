import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cpuMsOf, statusField } from './process-facts.ts';

/** A device as the supervisor sees it: folders on disk that outlive its process. */
export interface DeviceFolder {
	readonly root: string;
	readonly configPath: string;
	readonly preloadPath: string;
	readonly apiPort: number;
	readConfig(): Promise<Record<string, unknown>>;
	remove(): Promise<void>;
}

/** The built supervisor, running as a process of its own. */
export interface SupervisorProcess {
	/** Milliseconds from the start of the process to the first 200 of `/ping`. */
	readonly startedInMs: number;
	readonly child: ChildProcess;
	/** Everything it has logged so far. */
	log(): string;
	/** Resident set, in KiB. */
	residentKib(): Promise<number>;
	/** CPU time used, in milliseconds. */
	cpuMs(): Promise<number>;
	/** Ends it as a power cut would. */
	kill(): Promise<void>;
	/** Asks it to end; resolves with its exit code. */
	stop(): Promise<number | null>;
}

export async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	await new Promise<void>((resolve) => server.close(() => resolve()));
	return port;
}

/** @param config - config.json; a string is written as it is, undefined leaves the file out */
export async function makeDeviceFolder(
	config: Record<string, unknown> | string | undefined,
): Promise<DeviceFolder> {
	const root = await mkdtemp(join(tmpdir(), 'holdfast-device-'));
	const apiPort = await freePort();
	for (const folder of ['boot', 'data', 'state', 'etc']) await mkdir(join(root, folder));
	await writeFile(join(root, 'etc/os-release'), 'PRETTY_NAME="Holdfast Test 1"\nVARIANT_ID=dev\n');
	const deviceType = { slug: 'generic-amd64', arch: 'amd64' };
	await writeFile(join(root, 'boot/device-type.json'), JSON.stringify(deviceType));
	const configPath = join(root, 'boot/config.json');
	if (config !== undefined) {
		const text =
			typeof config === 'string' ? config : JSON.stringify({ listenPort: apiPort, ...config });
		await writeFile(configPath, text);
	}
	return {
		root,
		configPath,
		apiPort,
		preloadPath: join(root, 'data/apps.json'),
		readConfig: async () =>
			JSON.parse(await readFile(configPath, 'utf8')) as Record<string, unknown>,
		remove: () => rm(root, { recursive: true, force: true }),
	};
}

/** @param engine - for DOCKER_HOST: `unix:///…` or `tcp://…` */
export async function startSupervisor(
	device: DeviceFolder,
	engine: string,
): Promise<SupervisorProcess> {
	const startedAt = performance.now();
	const child = spawn(process.execPath, ['dist/main.cjs'], {
		env: environmentOf(device, engine),
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let log = '';
	child.stdout.on('data', (chunk: Buffer) => (log += chunk.toString()));
	child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
	const exited = new Promise<number | null>((resolve) =>
		child.once('exit', (code) => resolve(code)),
	);
	await firstPing(device.apiPort, child).catch((err: unknown) => {
		child.kill('SIGKILL');
		throw new Error(`the supervisor did not start:\n${log}`, { cause: err });
	});
	const pid = child.pid ?? 0;
	return {
		startedInMs: performance.now() - startedAt,
		child,
		log: () => log,
		residentKib: async () => Number(await statusField(pid, 'VmRSS')),
		cpuMs: () => cpuMsOf(pid),
		async kill() {
			child.kill('SIGKILL');
			await exited;
		},
		stop() {
			child.kill('SIGTERM');
			return exited;
		},
	};
}

/** The global key of the local API, as a person on the device asks for it. */
export async function readApiKey(device: DeviceFolder): Promise<string> {
	const { stdout } = await promisify(execFile)(process.execPath, ['dist/main.cjs', 'api-key'], {
		env: environmentOf(device, ''),
	});
	return stdout.trim();
}

function environmentOf(
	{ root, configPath, apiPort }: DeviceFolder,
	engine: string,
): NodeJS.ProcessEnv {
	return {
		PATH: process.env.PATH,
		ROOT_MOUNTPOINT: root,
		BOOT_MOUNTPOINT: join(root, 'boot'),
		STATE_MOUNTPOINT: join(root, 'state'),
		DATA_MOUNTPOINT: join(root, 'data'),
		CONFIG_MOUNT_POINT: configPath,
		HOST_OS_VERSION_PATH: join(root, 'etc/os-release'),
		DATABASE_PATH: join(root, 'data/database.sqlite'),
		DOCKER_HOST: engine,
		LED_FILE: '/dev/null',
		LISTEN_PORT: String(apiPort),
	};
}

async function firstPing(port: number, child: ChildProcess): Promise<void> {
	const deadline = performance.now() + 30_000;
	while (performance.now() < deadline) {
		const end = child.exitCode ?? child.signalCode;
		if (end !== null) throw new Error(`it ended with ${end}`);
		const isUp = await fetch(`http://127.0.0.1:${port}/ping`).then(
			({ ok }) => ok,
			() => false,
		);
		if (isUp) return;
		await new Promise((resolve) => setTimeout(resolve, 2));
	}
	throw new Error('it did not answer /ping within 30 s');
}

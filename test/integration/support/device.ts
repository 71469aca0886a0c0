import { randomBytes } from 'node:crypto';
import { createDockerEngine, type DockerEngine } from '../../../src/engine/docker-engine.ts';
import { docker } from '../../../tools/dind/commands/argv.ts';
import { eventually } from '../../support/eventually.ts';
import { deviceArgs, ownerArgs, removeContainers, removeOrphans, shell } from './host.ts';
import { baseImage, deviceImage } from './images.ts';

/** A Docker-in-Docker device of the tests' own. */
export interface TestDevice {
	/** Name of its container on this computer's engine. */
	readonly name: string;
	/** Where its engine listens. */
	readonly address: { readonly host: string; readonly port: number };
	/** Ports of this computer that lead to the tests' registry, when one runs. */
	readonly registryPorts: { readonly open: number; readonly guarded: number };
	/** Runs a command in the device. @returns its output; throws unless it ends with 0 */
	readonly exec: (...argv: string[]) => Promise<string>;
	/** Runs the `docker` command in the device. */
	readonly docker: (...args: string[]) => Promise<string>;
	/** Copies an image of this computer's engine onto the device's. */
	readonly loadImage: (reference: string) => Promise<void>;
	/** Restarts the engine; resolves when it answers again. Containers without a restart policy stay stopped. */
	readonly restartEngine: () => Promise<void>;
	readonly stopEngine: () => Promise<void>;
	/** Resolves when the engine answers. */
	readonly startEngine: () => Promise<void>;
	/** Removes the device with all its volumes. */
	readonly remove: () => Promise<void>;
}

const never = new AbortController().signal;

/** The engine of a device, through our adapter. */
export function engineOf({ address }: Pick<TestDevice, 'address'>): DockerEngine {
	return createDockerEngine(address);
}

/** Starts a device with the base image on it; resolves when its engine answers. */
export async function startDevice(): Promise<TestDevice> {
	await removeOrphans();
	const image = await deviceImage();
	const name = `hf-it-${randomBytes(4).toString('hex')}`;
	try {
		await shell.read(await runArgv(name, image));
		const device = await describeDevice(name);
		await untilAnswers(device);
		await device.loadImage(baseImage);
		return device;
	} catch (err) {
		await removeContainers([name]);
		throw err;
	}
}

/** A device for one piece of work alone; it is removed afterwards, whatever happens. */
export async function withDevice<T>(work: (device: TestDevice) => Promise<T>): Promise<T> {
	const device = await startDevice();
	try {
		return await work(device);
	} finally {
		await device.remove();
	}
}

async function runArgv(name: string, image: string) {
	const ports = ['2375', '5000', '5001'].flatMap((port) => ['--publish', `127.0.0.1::${port}`]);
	return docker(
		...['run', '--detach', '--name', name, '--hostname', name],
		...ownerArgs,
		...(await deviceArgs()),
		...['--tmpfs', '/run', '--tmpfs', '/run/lock', '--tmpfs', '/tmp:exec'],
		...['--env', 'DIND_ENGINE_TCP=1'],
		...ports,
		image,
	);
}

async function describeDevice(name: string): Promise<TestDevice> {
	const exec = (...argv: string[]): Promise<string> => shell.read(docker('exec', name, ...argv));
	const portOf = async (port: number): Promise<number> =>
		Number((await shell.read(docker('port', name, `${port}/tcp`))).split(':').at(-1));
	const address = { host: '127.0.0.1', port: await portOf(2375) };
	const startEngine = async (): Promise<void> => {
		await exec('systemctl', 'start', 'docker');
		await untilAnswers({ address });
	};
	return {
		name,
		address,
		exec,
		startEngine,
		registryPorts: { open: await portOf(5000), guarded: await portOf(5001) },
		docker: (...args) => exec('docker', ...args),
		remove: () => removeContainers([name]),
		async loadImage(reference) {
			await shell.pipe(
				docker('save', reference),
				docker('exec', '--interactive', name, 'docker', 'load'),
			);
		},
		async restartEngine() {
			await exec('systemctl', 'restart', 'docker');
			await untilAnswers({ address });
		},
		async stopEngine() {
			await exec('systemctl', 'stop', 'docker', 'docker.socket', 'docker-tcp.socket');
		},
	};
}

async function untilAnswers(device: Pick<TestDevice, 'address'>): Promise<void> {
	const engine = engineOf(device);
	try {
		const isUp = (): Promise<boolean> => engine.ping(never).then(() => true);
		await eventually('an engine in the device', isUp, { withinMs: 60_000, everyMs: 200 });
	} finally {
		engine.close();
	}
}

import type { RegistryCredentials } from '../../../src/ports/container-engine.ts';
import { docker } from '../../../tools/dind/commands/argv.ts';
import { eventually } from '../../support/eventually.ts';
import type { TestDevice } from './device.ts';
import { ownerArgs, removeContainers, shell } from './host.ts';
import { baseImage, testRegistryImage } from './images.ts';

/** A real registry beside a device; the device's engine reaches it on its own 127.0.0.1. */
export interface TestRegistry {
	/** Begins references that anybody may pull: `127.0.0.1:5000`. */
	readonly open: string;
	/** Begins references to the same images that want the credentials: `127.0.0.1:5001`. */
	readonly guarded: string;
	readonly credentials: RegistryCredentials;
	/** Where tests of this computer reach the open one by HTTP. */
	readonly url: string;
	/**
	 * Publishes an image on the device (default the base image) under a name of the registry; the device has it under that
	 * name no more. @param name - `app:1` @returns the name, without a registry
	 */
	readonly publish: (name: string, from?: string) => Promise<string>;
	/** Publishes an image with random layers of these sizes. */
	readonly publishLayers: (name: string, layersMiB: readonly number[]) => Promise<string>;
	/** It answers no more. */
	readonly stop: () => Promise<void>;
	readonly start: () => Promise<void>;
	readonly remove: () => Promise<void>;
}

const open = '127.0.0.1:5000';
const guarded = '127.0.0.1:5001';

/** Starts a registry for a device; resolves when it answers. */
export async function startRegistry(device: TestDevice): Promise<TestRegistry> {
	const name = `${device.name}-registry`;
	const image = await testRegistryImage();
	const run = ['run', '--detach', '--name', name, '--network', `container:${device.name}`];
	await shell.read(docker(...run, ...ownerArgs, image));
	const url = `http://127.0.0.1:${device.registryPorts.open}`;
	const untilAnswers = (): Promise<Response> =>
		eventually('a registry', async () => {
			const response = await fetch(`${url}/v2/`, { signal: AbortSignal.timeout(1_000) });
			return response.ok ? response : undefined;
		});
	await untilAnswers().catch(async (err: unknown) => {
		await removeContainers([name]);
		throw err;
	});
	const publish = async (target: string, from = baseImage): Promise<string> => {
		const reference = `${open}/${target}`;
		await device.docker('tag', from, reference);
		await device.docker('push', '--quiet', reference);
		await device.docker('rmi', reference);
		return target;
	};
	return {
		...{ open, guarded, url, publish },
		credentials: { username: 'device', password: 'secret', serverAddress: guarded },
		async publishLayers(target, layersMiB) {
			const built = `layers-of-${target}`;
			await buildLayers(device, built, layersMiB);
			await publish(target, built);
			await device.docker('rmi', built);
			await device.docker('image', 'prune', '--force');
			return target;
		},
		async stop() {
			await shell.read(docker('stop', '--time', '1', name));
		},
		async start() {
			await shell.read(docker('start', name));
			await untilAnswers();
		},
		remove: () => removeContainers([name]),
	};
}

async function buildLayers(
	device: TestDevice,
	image: string,
	layersMiB: readonly number[],
): Promise<void> {
	const layers = layersMiB.map(
		(sizeMiB, index) => `RUN dd if=/dev/urandom of=/layer-${index} bs=1M count=${sizeMiB}`,
	);
	const input = [`FROM ${baseImage}`, ...layers].join('\n');
	const argv = docker('exec', '--interactive', device.name, 'docker', 'build', '--tag', image, '-');
	await shell.read(argv, { input });
}

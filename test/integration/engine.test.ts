import type { DockerEngine } from '../../src/engine/docker-engine.ts';
import { containerEngineContract } from '../../src/ports/testing/container-engine-contract.ts';
import { engineOf } from './support/device.ts';
import { baseImage } from './support/images.ts';
import { useDevice, useRegistry } from './support/shared.ts';

describe('docker engine', () => {
	const device = useDevice();
	const registry = useRegistry();
	const engines: DockerEngine[] = [];

	before(async () => {
		engines.push(engineOf(device()));
		await registry().publishLayers('contract:1', [1]);
	});

	after(() => engines.forEach((engine) => engine.close()));

	containerEngineContract(() => ({
		engine: engines[0]!,
		image: baseImage,
		pullableImage: `${registry().open}/contract:1`,
		missingImage: `${registry().open}/nobody:1`,
		async kill(container) {
			await device().docker('kill', container);
		},
		async say(container, message) {
			await device().docker('exec', container, 'sh', '-c', `echo ${message} >/proc/1/fd/1`);
		},
	}));
});

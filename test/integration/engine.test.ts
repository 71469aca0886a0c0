import { expect } from 'chai';
import type { DockerEngine } from '../../src/engine/docker-engine.ts';
import { supervisorNetwork } from '../../src/model/labels.ts';
import { containerEngineContract } from '../../src/ports/testing/container-engine-contract.ts';
import { networkSpec, sleeperSpec } from '../../src/ports/testing/engine-under-test.ts';
import { engineOf } from './support/device.ts';
import { baseImage } from './support/images.ts';
import { useDevice, useRegistry } from './support/shared.ts';

const never = new AbortController().signal;

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

	it('must make the network of the supervisor with a bridge of that name', async () => {
		const [engine] = engines as [DockerEngine];
		const range = { subnet: supervisorNetwork.subnet, gateway: supervisorNetwork.gateway };
		const spec = networkSpec(supervisorNetwork.name);
		await engine.createNetwork({ ...spec, ipam: { ...spec.ipam, config: [range] } }, never);
		const addresses = await device().exec('ip', '-4', '-o', 'addr', 'show', 'dev', 'supervisor0');
		expect(addresses).to.include('10.114.104.1/25');
		const seen = await engine.listNetworks(never);
		expect(seen.find(({ name }) => name === 'supervisor0')).to.deep.include({
			subnets: [range.subnet],
			gateways: [range.gateway],
		});
		await engine.removeNetwork('supervisor0', never);
	});

	it('must see the health of a container by events', async () => {
		const [engine] = engines as [DockerEngine];
		const Healthcheck = { Test: ['CMD', 'true'], Interval: 500_000_000, Retries: 1 };
		const spec = sleeperSpec('hf-healthy', baseImage, { config: { Healthcheck } });
		const abort = new AbortController();
		const events = engine.events(abort.signal, () => {
			void engine.createContainer(spec, never).then((id) => engine.startContainer(id, never));
		});
		for await (const { action } of events) {
			if (action === 'health_status: healthy') abort.abort();
		}
		const [seen] = (await engine.listContainers(never)).filter((c) => c.name === spec.name);
		expect(seen?.health).to.equal('healthy');
		await engine.removeContainer(spec.name, never);
	});
});

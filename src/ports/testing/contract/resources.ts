import { expect } from 'chai';
import {
	networkSpec,
	sleeperSpec,
	volumeSpec,
	type EngineUnderTest,
} from '../engine-under-test.ts';
import { expectCode, never, ownName } from './expecting.ts';

/** Networks and volumes: made once, removed once, never while in use. */
export function resourceContract(under: () => EngineUnderTest): void {
	const network = async (name: string) =>
		(await under().engine.listNetworks(never)).filter((n) => n.name === name);
	const volume = async (name: string) =>
		(await under().engine.listVolumes(never)).filter((v) => v.name === name);

	it('must make a network once, as asked, and remove it by id', async () => {
		const { engine } = under();
		const name = ownName('n');
		const third = Math.floor(Math.random() * 250);
		const spec = {
			...networkSpec(name),
			driverOpts: { 'com.docker.network.bridge.enable_icc': 'false' },
			ipam: {
				driver: 'default',
				config: [{ subnet: `10.211.${third}.0/24`, gateway: `10.211.${third}.1` }],
				options: {},
			},
		};
		await engine.createNetwork(spec, never);
		await engine.createNetwork(spec, never);
		const seen = await network(name);
		expect(seen).to.have.length(1);
		expect(seen[0]).to.deep.include({
			driver: 'bridge',
			subnets: [`10.211.${third}.0/24`],
			gateways: [`10.211.${third}.1`],
			options: { 'com.docker.network.bridge.enable_icc': 'false' },
		});
		expect(seen[0]?.labels).to.include({ 'io.balena.supervised': 'true' });
		await engine.removeNetwork(seen[0]?.networkId ?? '', never);
		await engine.removeNetwork(seen[0]?.networkId ?? '', never);
		expect(await network(name)).to.deep.equal([]);
	});

	it('must list no network without our label', async () => {
		const { engine } = under();
		const name = ownName('n');
		await engine.createNetwork({ ...networkSpec(name), labels: {} }, never);
		expect(await network(name)).to.deep.equal([]);
		await engine.removeNetwork(name, never);
	});

	it('must keep a network that a running container uses', async () => {
		const { engine, image } = under();
		const name = ownName('n');
		await engine.createNetwork(networkSpec(name), never);
		const spec = sleeperSpec(ownName('c'), image, { networks: [name] });
		await engine.createContainer(spec, never);
		await engine.startContainer(spec.name, never);
		await expectCode(engine.removeNetwork(name, never), 'ENGINE_REFUSED');
		await engine.removeContainer(spec.name, never);
		await engine.removeNetwork(name, never);
	});

	it('must make a volume once, and remove it as often as asked', async () => {
		const { engine } = under();
		const spec = volumeSpec(ownName('v'));
		await engine.createVolume(spec, never);
		await engine.createVolume(spec, never);
		const seen = await volume(spec.name);
		expect(seen).to.have.length(1);
		expect(seen[0]?.driver).to.equal('local');
		expect(seen[0]?.labels).to.include({ 'io.balena.supervised': 'true' });
		await engine.removeVolume(spec.name, never);
		await engine.removeVolume(spec.name, never);
		expect(await volume(spec.name)).to.deep.equal([]);
	});

	it('must list no volume without our label', async () => {
		const { engine } = under();
		const spec = { ...volumeSpec(ownName('v')), labels: {} };
		await engine.createVolume(spec, never);
		expect(await volume(spec.name)).to.deep.equal([]);
		await engine.removeVolume(spec.name, never);
	});

	it('must keep a volume that a container uses, running or not', async () => {
		const { engine, image } = under();
		const { name } = volumeSpec(ownName('v'));
		await engine.createVolume(volumeSpec(name), never);
		const HostConfig = {
			NetworkMode: 'none',
			RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
			Binds: [`${name}:/data`],
		} as const;
		const spec = sleeperSpec(ownName('c'), image, { config: { HostConfig } });
		await engine.createContainer(spec, never);
		await expectCode(engine.removeVolume(name, never), 'ENGINE_REFUSED');
		await engine.removeContainer(spec.name, never);
		expect(await volume(name)).to.have.length(1);
		await engine.removeVolume(name, never);
	});
}

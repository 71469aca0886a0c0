import { expect } from 'chai';
import { findImage } from '../../../model/image-reference.ts';
import { sleeperSpec, networkSpec, type EngineUnderTest } from '../engine-under-test.ts';
import { expectCode, never, ownName } from './expecting.ts';

/** Containers: made once, idempotent in every change, observed in one call. */
export function containerContract(under: () => EngineUnderTest): void {
	const made: string[] = [];
	const networks: string[] = [];
	const ownNetwork = async (): Promise<string> => {
		const name = ownName('n');
		networks.push(name);
		await under().engine.createNetwork(networkSpec(name), never);
		return name;
	};
	const specOf = (options: Parameters<typeof sleeperSpec>[2] = {}) => {
		const name = ownName('c');
		made.push(name);
		return sleeperSpec(name, under().image, options);
	};
	const observed = async (containerId: string) =>
		(await under().engine.listContainers(never)).find((c) => c.containerId === containerId);

	afterEach(async () => {
		for (const name of made.splice(0)) await under().engine.removeContainer(name, never);
		for (const name of networks.splice(0)) await under().engine.removeNetwork(name, never);
	});

	it('must list a created container as it was asked for', async () => {
		const { engine, image } = under();
		const spec = specOf({ config: { Labels: { 'io.balena.supervised': 'true', x: 'y' } } });
		const containerId = await engine.createContainer(spec, never);
		const seen = await observed(containerId);
		expect(seen).to.include({
			name: spec.name,
			state: 'created',
			imageReference: image,
			networkMode: 'none',
		});
		expect(seen?.engineImageId).to.match(/^sha256:[0-9a-f]{64}$/);
		expect(seen?.labels).to.include({ 'io.balena.supervised': 'true', x: 'y' });
		expect(seen?.networks).to.deep.equal(['none']);
		expect(seen?.createdAtSec).to.be.greaterThan(1_600_000_000);
	});

	it('must leave an existing container of that name as it is', async () => {
		const { engine } = under();
		const spec = specOf();
		const first = await engine.createContainer(spec, never);
		await engine.startContainer(first, never);
		const again = await engine.createContainer(
			{ ...spec, config: { ...spec.config, Env: ['A=2'] } },
			never,
		);
		expect(again).to.equal(first);
		expect((await engine.inspectContainer(first, never)).running).to.equal(true);
		expect((await engine.inspectContainer(first, never)).env).to.include('A=1');
	});

	it('must make one container when asked twice at once, and remove it when asked twice at once', async () => {
		const { engine } = under();
		const spec = specOf();
		const twice = <T>(work: () => Promise<T>) => Promise.all([work(), work()]);
		const [one, two] = await twice(() => engine.createContainer(spec, never));
		expect(one).to.equal(two);
		await twice(() => engine.startContainer(one, never));
		await twice(() => engine.removeContainer(one, never));
		expect(await observed(one)).to.equal(undefined);
	});

	it('must leave a container alone that has the name and is not ours', async () => {
		const { engine, image } = under();
		const spec = specOf();
		const theirs = sleeperSpec(spec.name, image, { config: { Labels: {} } });
		const containerId = await engine.createContainer(theirs, never);
		try {
			const err = await expectCode(engine.createContainer(spec, never), 'ENGINE_REFUSED');
			expect(err.message).to.include('already in use');
			expect(await engine.inspectContainer(containerId, never)).to.include({ running: false });
		} finally {
			await engine.removeContainer(containerId, never);
		}
	});

	it('must say that the image is missing', async () => {
		const { engine, missingImage } = under();
		const work = engine.createContainer(sleeperSpec(ownName('c'), missingImage), never);
		const err = await expectCode(work, 'ENGINE_NOT_FOUND');
		expect(err.message).to.include('No such image');
	});

	it('must start, stop and remove, each as often as asked', async () => {
		const { engine } = under();
		const containerId = await engine.createContainer(specOf(), never);
		await engine.startContainer(containerId, never);
		await engine.startContainer(containerId, never);
		expect((await observed(containerId))?.state).to.equal('running');
		await engine.stopContainer(containerId, never);
		await engine.stopContainer(containerId, never);
		expect(await observed(containerId)).to.include({ state: 'exited', exitCode: 137 });
		await engine.removeContainer(containerId, never);
		await engine.removeContainer(containerId, never);
		expect(await observed(containerId)).to.equal(undefined);
	});

	it('must remove a running container', async () => {
		const { engine } = under();
		const containerId = await engine.createContainer(specOf(), never);
		await engine.startContainer(containerId, never);
		await engine.removeContainer(containerId, never);
		expect(await observed(containerId)).to.equal(undefined);
	});

	it('must treat an absent container as stopped, and refuse to start it', async () => {
		const { engine } = under();
		await engine.stopContainer('hf-contract-absent', never);
		await expectCode(engine.startContainer('hf-contract-absent', never), 'ENGINE_NOT_FOUND');
		await expectCode(engine.inspectContainer('hf-contract-absent', never), 'ENGINE_NOT_FOUND');
	});

	it('must rename, again without effect, and refuse a name that is taken', async () => {
		const { engine } = under();
		const [one, two] = [specOf(), specOf()];
		const containerId = await engine.createContainer(one, never);
		await engine.createContainer(two, never);
		const name = ownName('c');
		made.push(name);
		await engine.renameContainer(containerId, name, never);
		await engine.renameContainer(containerId, name, never);
		expect((await observed(containerId))?.name).to.equal(name);
		await expectCode(engine.renameContainer(containerId, two.name, never), 'ENGINE_REFUSED');
	});

	it('must tell what a container uses, and nothing for one that does not run', async () => {
		const { engine } = under();
		const containerId = await engine.createContainer(specOf(), never);
		const before = await engine.containerUsage(containerId, never);
		expect(before).to.deep.equal({ memoryBytes: 0, cpuMs: 0 });
		await engine.startContainer(containerId, never);
		const now = await engine.containerUsage(containerId, never);
		expect(now.memoryBytes).to.be.greaterThan(0);
		expect(now.cpuMs).to.be.greaterThan(0);
		expect((await engine.inspectContainer(containerId, never)).restartCount).to.equal(0);
		await expectCode(engine.containerUsage('hf-contract-absent', never), 'ENGINE_NOT_FOUND');
	});

	it('must restart a container, running or not', async () => {
		const { engine } = under();
		const containerId = await engine.createContainer(specOf(), never);
		await engine.restartContainer(containerId, never);
		const first = await engine.inspectContainer(containerId, never);
		await engine.restartContainer(containerId, never);
		const second = await engine.inspectContainer(containerId, never);
		expect([first.running, second.running]).to.deep.equal([true, true]);
		expect(second.startedAt > first.startedAt).to.equal(true);
		await expectCode(engine.restartContainer('hf-contract-absent', never), 'ENGINE_NOT_FOUND');
	});

	it('must change the restart policy of a container, running or not', async () => {
		const { engine } = under();
		const containerId = await engine.createContainer(specOf(), never);
		const policy = (Name: 'always' | 'no') => ({ Name, MaximumRetryCount: 0 });
		await engine.updateRestartPolicy(containerId, policy('always'), never);
		await engine.startContainer(containerId, never);
		await engine.updateRestartPolicy(containerId, policy('no'), never);
		await engine.updateRestartPolicy(containerId, policy('no'), never);
		expect((await observed(containerId))?.state).to.equal('running');
		await expectCode(
			engine.updateRestartPolicy('hf-contract-absent', policy('no'), never),
			'ENGINE_NOT_FOUND',
		);
	});

	it('must give a container a weight for processors, unless it has one', async () => {
		const { engine, image } = under();
		const plain = await engine.createContainer(specOf(), never);
		await engine.startContainer(plain, never);
		expect(await engine.ensureCpuShares(plain, 2048, never)).to.equal(true);
		expect(await engine.ensureCpuShares(plain, 4096, never)).to.equal(false);
		const { HostConfig } = specOf().config;
		const weighty = sleeperSpec('hf-contract-weighty', image, {
			config: { HostConfig: { ...HostConfig, CpuShares: 512 } },
		});
		const containerId = await engine.createContainer(weighty, never);
		expect(await engine.ensureCpuShares(containerId, 2048, never)).to.equal(false);
		await engine.removeContainer(containerId, never);
		await expectCode(engine.ensureCpuShares('hf-contract-absent', 2048, never), 'ENGINE_NOT_FOUND');
	});

	it('must list no container without our label', async () => {
		const { engine } = under();
		const containerId = await engine.createContainer(specOf({ config: { Labels: {} } }), never);
		expect(await observed(containerId)).to.equal(undefined);
	});

	it('must publish ports, and tell the one that is taken', async () => {
		const { engine } = under();
		const network = await ownNetwork();
		const port = String(20_000 + Math.floor(Math.random() * 10_000));
		const ExposedPorts = { '80/tcp': {} };
		const HostConfig = {
			NetworkMode: network,
			RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
			PortBindings: { '80/tcp': [{ HostIp: '', HostPort: port }] },
		} as const;
		const specs = [1, 2].map(() =>
			specOf({ networks: [network], config: { HostConfig, ExposedPorts } }),
		);
		const ids: string[] = [];
		for (const spec of specs) ids.push(await engine.createContainer(spec, never));
		await engine.startContainer(ids[0] ?? '', never);
		const err = await expectCode(engine.startContainer(ids[1] ?? '', never), 'PORT_TAKEN');
		expect(err.message).to.include(port);
		const held = { hostIp: '0.0.0.0', port: Number(port), protocol: 'tcp' };
		expect((await observed(ids[0] ?? ''))?.hostPorts).to.deep.include(held);
		expect((await observed(ids[1] ?? ''))?.hostPorts).to.deep.equal([]);
	});

	it('must give a container the labels of its image, behind its own', async () => {
		const { engine, image } = under();
		const images = await engine.listImages(never);
		const labels = findImage(images, image)?.labels ?? {};
		const [own] = Object.keys(labels);
		const spec = specOf({
			config: { Labels: { 'io.balena.supervised': 'true', ...(own && { [own]: 'mine' }) } },
		});
		const seen = await observed(await engine.createContainer(spec, never));
		expect(seen?.labels).to.include({ ...labels, ...spec.config.Labels });
	});

	it('must join further networks, as often as asked', async () => {
		const { engine } = under();
		const [first, second] = [await ownNetwork(), await ownNetwork()];
		const containerId = await engine.createContainer(specOf({ networks: [first] }), never);
		const attachment = { network: second, endpoint: { Aliases: ['web'] } };
		await engine.connectNetwork(containerId, attachment, never);
		await engine.connectNetwork(containerId, attachment, never);
		await engine.startContainer(containerId, never);
		await engine.connectNetwork(containerId, attachment, never);
		expect((await observed(containerId))?.networks).to.have.members([first, second]);
	});

	it('must fail the start when the network is missing', async () => {
		const { engine } = under();
		const containerId = await engine.createContainer(
			specOf({ networks: ['hf-contract-absent'] }),
			never,
		);
		await expectCode(engine.startContainer(containerId, never), 'ENGINE_NOT_FOUND');
	});

	it('must name the volumes a container mounts, without anonymous ones', async () => {
		const { engine } = under();
		const volume = ownName('v');
		const HostConfig = {
			NetworkMode: 'none',
			RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
			Binds: [`${volume}:/data`, '/tmp:/host'],
		} as const;
		const spec = specOf({ config: { HostConfig, Volumes: { '/anonymous': {} } } });
		const containerId = await engine.createContainer(spec, never);
		expect((await observed(containerId))?.volumes).to.deep.equal([volume]);
		await engine.removeContainer(containerId, never);
		await engine.removeVolume(volume, never);
	});

	it('must inspect one', async () => {
		const { engine, image } = under();
		const spec = specOf({ config: { Tty: true } });
		const containerId = await engine.createContainer(spec, never);
		await engine.startContainer(containerId, never);
		const details = await engine.inspectContainer(spec.name, never);
		expect(details).to.include({ containerId, name: spec.name, tty: true, running: true });
		expect(details.imageReference).to.equal(image);
		expect(details.startedAt).to.match(/^20\d\d-/);
	});
}

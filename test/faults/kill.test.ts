import { rm } from 'node:fs/promises';
import { expect } from 'chai';
import { deploy, knownFile } from '../support/deploy.ts';
import type { EngineCall } from '../support/engine-proxy.ts';
import { eventually } from '../support/eventually.ts';
import type { Stage } from '../support/stage.ts';
import { untilRuns, type SeenServices } from '../support/until.ts';
import { useStage } from '../support/use-stage.ts';

interface KillPoint {
	readonly name: string;
	/** The call at which the supervisor is killed. @param before - services as they were before the update */
	readonly isIt: (call: EngineCall, before: SeenServices) => boolean;
	/** `before`: the engine never sees the call; `after`: the supervisor never sees its answer. */
	readonly when: 'before' | 'after';
}

const isCreation = ({ path }: EngineCall): boolean => path === '/containers/create';
const isStart = ({ path }: EngineCall): boolean => /^\/containers\/[^/]+\/start$/.test(path);
const isStop = ({ path }: EngineCall, { web }: SeenServices): boolean =>
	path === `/containers/${web?.id ?? ''}/stop`;
const isRemoval = ({ method, path }: EngineCall, { web }: SeenServices): boolean =>
	method === 'DELETE' && path === `/containers/${web?.id ?? ''}`;

const pointsOfUpdate: readonly KillPoint[] = [
	{ name: 'during a pull', isIt: ({ path }) => path === '/images/create', when: 'after' },
	{ name: 'after the pulls, before the new container', isIt: isCreation, when: 'before' },
	{ name: 'between create and start', isIt: isCreation, when: 'after' },
	{ name: 'before the old container stops', isIt: isStop, when: 'before' },
	{ name: 'after the stop of the old container', isIt: isStop, when: 'after' },
	{ name: 'before the new container starts', isIt: isStart, when: 'before' },
	{ name: 'after the start of the new container', isIt: isStart, when: 'after' },
	{ name: 'between stop and remove', isIt: isRemoval, when: 'before' },
	{ name: 'before the release is recorded', isIt: isRemoval, when: 'after' },
	{
		name: 'before the unchanged service gets the name of the release',
		isIt: ({ path }) => path.endsWith('/rename'),
		when: 'before',
	},
];

const pointsOfInstallation: readonly KillPoint[] = [
	{ name: 'after the network', isIt: ({ path }) => path === '/networks/create', when: 'after' },
	{ name: 'between create and start', isIt: isCreation, when: 'after' },
	{ name: 'between the two starts', isIt: isStart, when: 'after' },
];

/** Resolves once the supervisor is dead. */
async function untilKilled(stage: Stage, { isIt, when }: KillPoint, before: SeenServices) {
	const { child } = stage.supervisor();
	const strike = (call: EngineCall): 'pass' | 'drop' => {
		if (child.killed || !isIt(call, before)) return 'pass';
		child.kill('SIGKILL');
		return 'drop';
	};
	stage.proxy.setHooks(when === 'before' ? { onCall: strike } : { onAnswer: strike });
	await eventually('the supervisor killed', () => child.signalCode ?? undefined, { everyMs: 20 });
	stage.proxy.setHooks({});
}

describe('a supervisor that is killed', function () {
	const stage = useStage();
	const file = () => knownFile(stage(), 'written once');
	let services: SeenServices;

	before(async () => {
		await stage().configure(stage().config);
		await stage().start();
		const release = await deploy(stage(), { web: 'web1', worker: 'worker1' });
		services = await untilRuns(stage(), release);
		await file().write();
	});

	/** Kills, starts anew, and waits until the release runs. @returns containers made meanwhile, by name */
	const killAndRecover = async (point: KillPoint, images: Parameters<typeof deploy>[1]) => {
		const sinceMs = Date.now();
		const killed = untilKilled(stage(), point, services);
		const release = await deploy(stage(), images);
		await killed;
		stage().cloud().faults.clear();
		await stage().start();
		const recovered = await untilRuns(stage(), release);
		return { recovered, made: await stage().engine.createdSince(sinceMs) };
	};

	for (const [index, point] of pointsOfUpdate.entries()) {
		it(`must finish an update when killed ${point.name}`, async () => {
			const slowPull = { match: 'GET ^/v2/.*/blobs/', delayMs: 300 };
			if (point.name === 'during a pull') stage().cloud().faults.add(slowPull);
			const web = index % 2 === 0 ? 'web2' : 'web1';
			const { recovered, made } = await killAndRecover(point, { web, worker: 'worker1' });
			expect(made, 'containers made').to.deep.equal([recovered.web?.name]);
			expect(recovered.worker?.id).to.equal(services.worker?.id);
			expect(recovered.worker?.startedAt).to.equal(services.worker?.startedAt);
			expect(await file().read()).to.equal('written once');
			services = recovered;
		});
	}

	it('must find itself registered when a power cut came before it could write that down', async () => {
		const { folder, client, config } = stage();
		await stage().supervisor().kill();
		const { uuid, deviceApiKey, deviceId } = await folder.readConfig();
		await rm(`${folder.configPath}.bak`);
		await stage().configure({ ...config, uuid, deviceApiKey });
		await stage().start();
		const registered = await eventually('a registered device', async () => {
			const read = await folder.readConfig();
			return 'apiKey' in read ? undefined : read;
		});
		expect(registered).to.include({ uuid, deviceApiKey, deviceId });
		expect(await client.listDevices()).to.have.lengthOf(1);
		expect(await stage().engine.services()).to.deep.equal(services);
	});

	for (const point of pointsOfInstallation) {
		it(`must finish an installation when killed ${point.name}`, async () => {
			await deploy(stage(), {}, { services: {}, volumes: { data: {} } });
			await eventually('no service', async () =>
				Object.keys(await stage().engine.services()).length === 0 ? true : undefined,
			);
			const images = { web: 'web1', worker: 'worker1' } as const;
			const { recovered, made } = await killAndRecover(point, images);
			const names = Object.values(recovered).map(({ name }) => name);
			expect(made, 'containers made').to.have.members(names);
			expect(await file().read()).to.equal('written once');
		});
	}
});

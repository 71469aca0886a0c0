import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { ReleaseView } from '../../tools/cloud/dev/views.ts';
import { makeFormerFile } from '../../src/store/testing/former-file.ts';
import { deploy, twoServices } from '../support/deploy.ts';
import { changesOf, describeCall } from '../support/engine-calls.ts';
import { eventually } from '../support/eventually.ts';
import { remakeAsFormer, takeTarget, type FormerKeys } from '../support/former-world.ts';
import { readApiKey } from '../support/supervisor-process.ts';
import type { Composition } from '../support/stage.ts';
import { untilLogged, untilPolled, untilRuns, type SeenServices } from '../support/until.ts';
import { startWith } from '../support/start-with.ts';
import { useStage } from '../support/use-stage.ts';

const composition: Composition = {
	...twoServices,
	services: {
		...twoServices.services,
		web: {
			...twoServices.services.web,
			labels: { 'io.balena.features.supervisor-api': '1' },
			networks: ['front'],
			ports: ['8081:80'],
		},
	},
	networks: { front: {} },
};
const keys: FormerKeys = { global: 'f'.repeat(32), services: { web: 'e'.repeat(32) } };

/** One story: each test goes on where the one before ended. */
describe('a device on which the former supervisor ran', () => {
	const stage = useStage();
	let release: ReleaseView;
	let services: SeenServices;
	let formerDigest: string;

	const formerPath = (): string => join(stage().folder.root, 'data/database.sqlite');
	const digestOfFormer = async (): Promise<string> =>
		createHash('sha256')
			.update(await readFile(formerPath()))
			.digest('hex');
	const changes = (): string[] => changesOf(stage().proxy.calls()).map(describeCall);
	const nameFor = async (key: string): Promise<number> => {
		const url = `http://127.0.0.1:${stage().folder.apiPort}/v2/device/name?apikey=${key}`;
		return (await fetch(url)).status;
	};

	before('the former supervisor has left the device', async () => {
		({ release } = await startWith(stage(), { web: 'web1', worker: 'worker1' }, composition));
		await stage().supervisor().stop();
		await remakeAsFormer(stage(), keys);
		const { apps, images } = await takeTarget(stage());
		await makeFormerFile(formerPath(), {
			config: {
				...{ name: 'kept-name', targetStateSet: 'true' },
				initialConfigReported: String(stage().config.apiEndpoint),
			},
			variables: { SUPERVISOR_POLL_INTERVAL: '1000' },
			...{ apps, images },
			commits: { [stage().fleet.id]: release.commit },
			keys: [
				{ appId: 0, serviceName: null, key: keys.global },
				{ appId: stage().fleet.id, serviceName: 'web', key: keys.services.web ?? '' },
			],
		});
		formerDigest = await digestOfFormer();
		services = await stage().engine.services();
		expect(Object.keys(services.web?.labels ?? {}).join()).not.to.match(/digest/);
		stage().proxy.forget();
	});

	it('must keep its containers, without any change on the engine, while no cloud answers', async () => {
		await stage().closeCloud();
		await stage().start();
		await untilLogged(stage(), 'database of the former supervisor is taken over');
		expect(await untilRuns(stage(), release)).to.deep.equal(services);
		expect(changes()).to.deep.equal([]);
	});

	it('must accept the keys that are in containers and in scripts', async () => {
		const env = services.web?.env.find((line) => line.startsWith('BALENA_SUPERVISOR_API_KEY='));
		expect(env).to.equal(`BALENA_SUPERVISOR_API_KEY=${keys.services.web ?? ''}`);
		expect(await nameFor(keys.services.web ?? '')).to.equal(200);
		expect(await nameFor(keys.global)).to.equal(200);
		expect(await nameFor('0'.repeat(32))).to.equal(401);
		expect(await readApiKey(stage().folder)).to.equal(keys.global);
	});

	it('must know its name, its release and its services', async () => {
		const name = (await stage().api.get('/v2/device/name')).json();
		expect(name).to.include({ deviceName: 'kept-name' });
		const device = (await stage().api.get('/v1/device')).json();
		expect(device).to.include({ status: 'Idle', commit: release.commit });
	});

	it('must keep its containers when the cloud answers again', async () => {
		await stage().openCloud();
		const [first, second] = await untilPolled(stage(), 2);
		expect([first, second]).to.deep.equal([200, 304]);
		expect(await untilRuns(stage(), release)).to.deep.equal(services);
		expect(changes()).to.deep.equal([]);
	});

	it('must keep its containers over restarts, and update from there', async () => {
		await stage().supervisor().stop();
		await stage().start();
		expect(await untilRuns(stage(), release)).to.deep.equal(services);
		expect(changes()).to.deep.equal([]);
		const next = await deploy(stage(), { web: 'web2', worker: 'worker1' }, composition);
		const updated = await untilRuns(stage(), next);
		expect(updated.web?.env).to.include(`BALENA_SUPERVISOR_API_KEY=${keys.services.web ?? ''}`);
	});

	it('must have left the database of the former supervisor as it was', async () => {
		expect(await digestOfFormer()).to.equal(formerDigest);
	});
});

describe('a device without a cloud on which the former supervisor ran', () => {
	const stage = useStage();
	const image = 'holdfast-test/posted:1';
	const names = { appId: 1, appUuid: '1', releaseId: 1, commit: '10ca12e1ea5e' };
	const posted = {
		...{ serviceName: 'main', serviceId: 1, imageId: 1, image, running: true },
		...{ environment: { X: '1' }, labels: { 'io.balena.features.supervisor-api': '1' } },
		composition: {
			command: ['sh', '-c', "trap 'exit 0' TERM; sleep 1000000 & wait"],
			...{ restart: 'always', volumes: ['data:/data'] },
		},
	};

	it('must keep what a developer had put on it', async () => {
		const { device, engine, folder } = stage();
		await device.docker('tag', 'busybox:stable', image);
		await stage().configure({ listenPort: folder.apiPort, uuid: '5'.repeat(32) });
		await stage().start();
		const { composition, serviceId, ...service } = posted;
		const app = { name: 'localapp', commit: names.commit, releaseId: '1', volumes: { data: {} } };
		const services = { [serviceId]: { ...service, serviceId, ...composition } };
		const local = { name: 'x', config: {}, apps: { 1: { ...app, services, networks: {} } } };
		await stage().api.post('/v2/local/target-state', { local });
		const isUp = async () => {
			const { main } = await engine.services();
			return main?.state === 'running' ? main : undefined;
		};
		await eventually('the posted app', isUp);
		await stage().supervisor().stop();
		await remakeAsFormer(stage(), keys);
		const path = join(folder.root, 'data/database.sqlite');
		for (const suffix of ['', '-wal', '-shm']) await rm(path + suffix, { force: true });
		const { appId, appUuid: uuid, releaseId, commit } = names;
		const ids = { appId, uuid, name: 'localapp', source: 'local', releaseId, commit };
		await makeFormerFile(path, {
			config: { name: 'x', targetStateSet: 'true' },
			apps: [{ ...ids, services: [{ ...names, ...posted }], volumes: { data: {} } }],
		});
		const before = await engine.services();
		expect(Object.keys(before)).to.deep.equal(['main']);
		stage().proxy.forget();
		await stage().start();
		await eventually('the state applied', async () => {
			const status = (await stage().api.get('/v2/state/status')).json();
			return status.appState === 'applied' ? true : undefined;
		});
		expect(await engine.services()).to.deep.equal(before);
		expect(changesOf(stage().proxy.calls()).map(describeCall)).to.deep.equal([]);
	});
});

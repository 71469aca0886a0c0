import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type { ReleaseView } from '../../tools/cloud/dev/views.ts';
import { deploy, knownFile, twoServices } from '../support/deploy.ts';
import { eventually } from '../support/eventually.ts';
import type { SeenContainer } from '../support/engine-view.ts';
import type { Stage } from '../support/stage.ts';
import { untilLogged, untilRuns } from '../support/until.ts';
import { useStage } from '../support/use-stage.ts';

const images = { web: 'web1', worker: 'worker1' } as const;

/** A device as it leaves the factory: the images of a release on its engine, and nothing else of a former life. */
async function bringImages(stage: Stage): Promise<ReleaseView> {
	await stage.configure(stage.config);
	await stage.start();
	const release = await deploy(stage, images);
	await untilRuns(stage, release);
	await stage.supervisor().stop();
	await forget(stage);
	return release;
}

async function forget(stage: Stage): Promise<void> {
	for (const { id } of await stage.engine.containers()) await stage.engine.remove(id);
	for (const name of await stage.engine.networks())
		await stage.device.docker('network', 'rm', name);
	for (const name of Object.keys(await stage.engine.volumes())) {
		await stage.device.docker('volume', 'rm', name);
	}
	for (const suffix of ['', '-wal', '-shm']) {
		await rm(join(stage.folder.root, `data/database.sqlite${suffix}`), { force: true });
	}
	await stage.configure(stage.config);
}

/** The v2 form of a release of two services. */
function v2Preload(stage: Stage, { id, commit, images: references }: ReleaseView): object {
	const service = (serviceName: string, serviceId: number) => ({
		...{ serviceName, serviceId, imageId: serviceId, image: references[serviceName] },
		...{ restart: 'always', volumes: ['data:/data'], environment: {}, labels: {}, running: true },
	});
	const app = {
		...{ name: stage.fleet.name, commit, releaseId: id, volumes: { data: {} }, networks: {} },
		services: { 1: service('web', 1), 2: service('worker', 2) },
	};
	return { config: {}, apps: { [stage.fleet.id]: app }, pinDevice: true };
}

/** One story: each test goes on where the one before ended. */
describe('a device that brings its app along', () => {
	const stage = useStage();
	let preloaded: ReleaseView;

	const running = async (): Promise<Record<string, SeenContainer>> =>
		eventually('both services', async () => {
			const seen = await stage().engine.services();
			const states = Object.values(seen).map(({ state }) => state);
			return states.join() === 'running,running' ? seen : undefined;
		});

	before(async () => {
		preloaded = await bringImages(stage());
		await stage().release(twoServices, {
			...{ web: stage().registry.images.web2, worker: stage().registry.images.worker1 },
		});
		await stage().closeCloud();
		await stage().registry.disconnect();
	});

	it('must start it from the images on its engine, without a cloud and without a registry', async () => {
		const text = JSON.stringify(v2Preload(stage(), preloaded));
		await writeFile(stage().folder.preloadPath, text);
		stage().proxy.forget();
		await stage().start();
		const { web } = await running().finally(() => stage().registry.connect());
		expect(web?.name).to.equal(`web_1_${preloaded.id}_${preloaded.commit}`);
		expect(web?.image).to.equal(preloaded.images.web);
		expect(web?.labels).to.include({
			'io.balena.app-id': String(stage().fleet.id),
			'io.balena.app-uuid': String(stage().fleet.id),
		});
		const pulls = stage()
			.proxy.calls()
			.filter(({ path }) => path.endsWith('/images/create'));
		expect(pulls).to.deep.equal([]);
		expect(await readFile(stage().folder.preloadPath, 'utf8')).to.equal('{}\n');
		expect(await readFile(`${stage().folder.preloadPath}.preloaded`, 'utf8')).to.equal(text);
		await knownFile(stage(), 'kept').write();
	});

	it('must be pinned to its release once it is registered, and go on under the uuid of its app', async () => {
		await stage().openCloud();
		const device = await eventually('a pinned device', async () => {
			const seen = (await stage().client.listDevices()).at(-1);
			return seen?.pinnedCommit === preloaded.commit ? seen : undefined;
		});
		expect(device.uuid).to.equal((await stage().folder.readConfig()).uuid);
		const { web } = await eventually('the app under its own uuid', async () => {
			const seen = await stage().engine.services();
			const uuids = Object.values(seen).map(({ labels }) => labels['io.balena.app-uuid']);
			const isMoved = uuids.length === 2 && uuids.every((uuid) => uuid === stage().fleet.uuid);
			return isMoved ? await untilRuns(stage(), preloaded) : undefined;
		});
		expect(web?.name).to.equal(`web_1_${preloaded.id}_${preloaded.commit}`);
		expect(await knownFile(stage(), '').read()).to.equal('kept');
		expect(Object.keys(await stage().engine.volumes())).to.deep.equal([`${stage().fleet.id}_data`]);
		expect(await stage().engine.networks()).to.deep.equal([`${stage().fleet.uuid}_default`]);
	});

	it('must not load it again', async () => {
		const before = await stage().engine.services();
		await stage().supervisor().stop();
		await stage().start();
		expect(await untilRuns(stage(), preloaded)).to.deep.equal(before);
	});

	it('must make the container of an app of 2017 as that supervisor did', async () => {
		await stage().supervisor().stop();
		await forget(stage());
		await stage().closeCloud();
		const app = {
			...{ appId: '2167', name: 'old', commit: 'c'.repeat(32), imageId: preloaded.images.web },
			...{ env: { KEY: 'value', RESIN_OLD: 'x' }, config: { RESIN_APP_RESTART_POLICY: 'no' } },
		};
		await writeFile(stage().folder.preloadPath, JSON.stringify([app]));
		await stage().start();
		// Not every test machine may start privileged containers; every one makes them.
		const main = await eventually(
			'the container',
			async () => (await stage().engine.services()).main,
		);
		expect(main.name).to.equal(`main_1_1_${app.commit}`);
		expect(main.labels).to.include({
			'io.balena.app-uuid': 'user-app',
			'io.balena.app-id': '2167',
		});
		expect(main.env).to.include('KEY=value');
		expect(main.env.join()).not.to.include('RESIN_OLD');
		expect(main.binds).to.include('2167_resin-data:/data');
		expect(main).to.deep.include({ restartPolicy: 'no', networks: ['host'] });
		const format = '{{.HostConfig.Privileged}}';
		const isPrivileged = await stage().device.docker('inspect', '--format', format, main.id);
		expect(isPrivileged.trim()).to.equal('true');
		await stage().supervisor().stop();
	});
});

/** One story: each test goes on where the one before ended. */
describe('a device that a migration has left a backup on', () => {
	const stage = useStage();
	let release: ReleaseView;

	const backup = (): string => join(stage().folder.root, 'data/backup.tgz');
	const writeBackup = async (...volumes: string[]): Promise<void> => {
		const folder = join(stage().folder.root, 'data/to-restore');
		for (const volume of volumes) {
			await mkdir(join(folder, volume, 'sub'), { recursive: true });
			await writeFile(join(folder, volume, 'known'), 'of former times\n');
			await writeFile(join(folder, volume, 'sub/deep'), 'deep\n');
		}
		await promisify(execFile)('tar', ['-czf', backup(), '-C', folder, ...volumes]);
		await rm(folder, { recursive: true });
	};

	before(async () => {
		release = await bringImages(stage());
	});

	it('must have its files in the volume before a service starts', async () => {
		await writeBackup('data');
		stage().proxy.forget();
		await stage().start();
		await untilRuns(stage(), release);
		expect(await knownFile(stage(), '').read()).to.equal('of former times');
		const calls = stage()
			.proxy.calls()
			.map(({ method, path }) => `${method} ${path}`);
		const filled = calls.findIndex((call) => /PUT .*\/archive$/.test(call));
		const started = calls.findIndex((call) => /POST .*\/start$/.test(call));
		expect(filled).to.be.above(-1);
		expect(started).to.be.above(filled);
		expect((await stat(`${backup()}.restored`)).isFile()).to.equal(true);
		expect(await stat(backup()).catch(() => 'gone')).to.equal('gone');
		expect(await stage().device.docker('ps', '--all')).not.to.include('holdfast-fill');
	});

	it('must run its app, and say why, where the backup does not fit', async () => {
		await stage().supervisor().stop();
		await writeBackup('other');
		await stage().start();
		await untilLogged(stage(), /Cannot restore volumes: .*the target has no volume other/);
		await untilRuns(stage(), release);
		expect((await stat(backup())).isFile()).to.equal(true);
	});

	it('must finish what a power cut interrupted, before a service starts', async () => {
		await stage().supervisor().stop();
		const web = { restart: 'always', volumes: ['data:/data', 'other:/other'] };
		const composition = {
			services: { ...twoServices.services, web },
			volumes: { data: {}, other: {} },
		};
		const { web1, worker1 } = stage().registry.images;
		const next = await stage().release(composition, { web: web1, worker: worker1 });
		await forget(stage());
		await writeBackup('data', 'other');
		const cut = cutAtSecondVolume(stage());
		await stage().start();
		await cut;
		expect(await stage().engine.services()).to.deep.equal({});
		await stage().start();
		const services = await untilRuns(stage(), next);
		for (const file of ['/data/known', '/other/known', '/other/sub/deep']) {
			const read = await stage().device.docker('exec', services.web!.name, 'cat', file);
			expect(read.trim(), file).to.match(/of former times|deep/);
		}
		expect(await stage().device.docker('ps', '--all')).not.to.include('holdfast-fill');
	});
});

/** Resolves once the supervisor was killed in the moment in which it wanted to fill its second volume. */
function cutAtSecondVolume(stage: Stage): Promise<void> {
	let fillings = 0;
	return new Promise((resolve, reject) => {
		stage.proxy.setHooks({
			async onCall({ method, path }) {
				if (method === 'PUT' && path.endsWith('/archive')) fillings += 1;
				if (fillings < 2) return 'pass';
				stage.proxy.setHooks({});
				await stage.supervisor().kill().then(resolve, reject);
				return 'drop';
			},
		});
	});
}

import { expect } from 'chai';
import type { ReleaseView } from '../../tools/cloud/dev/views.ts';
import { changesOf, describeCall } from '../support/engine-calls.ts';
import { eventually } from '../support/eventually.ts';
import type { Composition } from '../support/stage.ts';
import { untilPolled, untilRuns, type SeenServices } from '../support/until.ts';
import { useStage } from '../support/use-stage.ts';

const composition: Composition = {
	services: {
		web: {
			restart: 'always',
			labels: { 'io.balena.features.supervisor-api': '1', 'io.resin.note': 'kept' },
			environment: { GREETING: 'hello' },
			volumes: ['data:/data'],
			networks: ['front'],
		},
		worker: { restart: 'unless-stopped', volumes: ['data:/data'], depends_on: ['web'] },
	},
	networks: { front: {} },
	volumes: { data: {} },
};

/** One story: each test goes on where the one before ended. */
describe('a device with its cloud', () => {
	const stage = useStage();
	const knownContent = 'written before the update';
	let first: ReleaseView;
	let second: ReleaseView;
	let services: SeenServices;

	const inContainer = (container: string, ...argv: string[]): Promise<string> =>
		stage().device.docker('exec', container, ...argv);

	const appId = (): number => stage().fleet.id;

	/** Changing engine calls since the proxy last forgot, in words. */
	const changes = (): string[] => changesOf(stage().proxy.calls()).map(describeCall);

	before(async () => {
		const { images } = stage().registry;
		first = await stage().release(composition, { web: images.web1, worker: images.worker1 });
		await stage().configure({ ...stage().config, vpnPort: 443 });
		await stage().start();
	});

	it('must register, and forget the provisioning key', async () => {
		const config = await eventually('a registered device', async () => {
			const read = await stage().folder.readConfig();
			return 'apiKey' in read ? undefined : read;
		});
		const [device] = await stage().client.listDevices();
		expect(config.uuid).to.equal(device?.uuid);
		expect(config.deviceApiKey).to.equal(device?.apiKey);
		expect(config.deviceId).to.equal(device?.id);
		expect(config.registered_at).to.be.a('number').above(1.7e12);
		expect(config.vpnPort).to.equal(443);
	});

	it('must run the release, with images that its key alone may pull', async () => {
		services = await untilRuns(stage(), first);
		const tokens = stage().cloud().journal.list({ path: '^/auth/v1/token' });
		const { uuid, deviceApiKey } = await stage().folder.readConfig();
		const login = Buffer.from(`d_${String(uuid)}:${String(deviceApiKey)}`).toString('base64');
		expect(tokens.map(({ headers }) => headers.authorization)).to.include(`Basic ${login}`);
		expect(tokens.every(({ status }) => status === 200)).to.equal(true);
	});

	it('must name and label what it makes as existing tools expect', async () => {
		const { uuid } = stage().fleet;
		const { web, worker } = services;
		expect(web?.name).to.equal(`web_1_${first.id}_${first.commit}`);
		expect(worker?.name).to.equal(`worker_2_${first.id}_${first.commit}`);
		expect(web?.labels).to.include({
			'io.balena.supervised': 'true',
			'io.balena.app-id': String(appId()),
			'io.balena.app-uuid': uuid,
			'io.balena.service-id': '1',
			'io.balena.service-name': 'web',
			'io.balena.note': 'kept',
		});
		expect(web?.networks).to.have.members([`${uuid}_front`, 'supervisor0']);
		expect(worker?.networks).to.deep.equal([`${uuid}_default`]);
		expect(web?.binds).to.include(`${appId()}_data:/data`);
		expect(web?.restartPolicy).to.equal('always');
		expect(worker?.restartPolicy).to.equal('unless-stopped');
		const networks = [`${uuid}_front`, `${uuid}_default`, 'supervisor0'];
		expect(await stage().engine.networks()).to.have.members(networks);
		const volumes = await stage().engine.volumes();
		expect(Object.keys(volumes)).to.deep.equal([`${appId()}_data`]);
		expect(volumes[`${appId()}_data`]).to.include({
			'io.balena.supervised': 'true',
			'io.balena.app-uuid': uuid,
		});
	});

	it('must give services their environment', async () => {
		const env = services.web?.env ?? [];
		const { uuid } = await stage().folder.readConfig();
		expect(env).to.include.members([
			'GREETING=hello',
			`BALENA_APP_ID=${appId()}`,
			`RESIN_DEVICE_UUID=${String(uuid)}`,
			'BALENA_SERVICE_NAME=web',
			`BALENA_SUPERVISOR_PORT=${stage().folder.apiPort}`,
		]);
		expect(env.some((line) => /^BALENA_SUPERVISOR_API_KEY=\w{16,}$/.test(line))).to.equal(true);
		expect(services.worker?.env.join()).not.to.contain('SUPERVISOR_API_KEY');
	});

	it('must tell the same through all its endpoints', async () => {
		const { api, fleet } = stage();
		const device = (await api.get('/v1/device')).json();
		expect(device).to.include({
			...{ status: 'Idle', commit: first.commit, update_pending: false, update_failed: false },
			...{ api_port: stage().folder.apiPort },
		});
		const status = (await api.get('/v2/state/status')).json();
		expect(status).to.include({ status: 'success', appState: 'applied', release: first.commit });
		const rows = status.containers as Record<string, string>[];
		const containers = rows.map((row) => [row.serviceName, row.containerId, row.status]);
		expect(containers).to.have.deep.members([
			['web', services.web?.id, 'Running'],
			['worker', services.worker?.id, 'Running'],
		]);
		const state = (await api.get('/v2/applications/state')).json();
		const row = { status: 'Running', downloadProgress: null, releaseId: first.id };
		expect(state).to.deep.equal({
			[fleet.name]: {
				...{ appId: appId(), appUuid: fleet.uuid, commit: first.commit, updateStatus: 'done' },
				services: {
					web: { ...row, image: first.images.web },
					worker: { ...row, image: first.images.worker },
				},
			},
		});
	});

	it('must let a service see its app with the key it was given', async () => {
		const env = services.web?.env ?? [];
		const key = env.find((line) => line.startsWith('BALENA_SUPERVISOR_API_KEY='))?.split('=')[1];
		const url = `http://127.0.0.1:${stage().folder.apiPort}/v2/applications/state?apikey=`;
		const own = await fetch(`${url}${key ?? ''}`);
		expect(Object.keys((await own.json()) as object)).to.deep.equal([stage().fleet.name]);
		expect((await fetch(`${url}wrong`)).status).to.equal(401);
	});

	it('must ask the cloud only for what changed', async () => {
		expect(await untilPolled(stage(), 2)).to.deep.equal([304, 304]);
	});

	it('must replace only the service whose image changed', async () => {
		const { images } = stage().registry;
		await inContainer(services.web!.name, 'sh', '-c', `echo '${knownContent}' >/data/known`);
		stage().proxy.forget();
		second = await stage().release(composition, { web: images.web2, worker: images.worker1 });
		const updated = await untilRuns(stage(), second);
		expect(updated.web?.id).not.to.equal(services.web?.id);
		expect(updated.worker?.id).to.equal(services.worker?.id);
		expect(updated.worker?.startedAt).to.equal(services.worker?.startedAt);
		expect(updated.worker?.name).to.equal(`worker_2_${second.id}_${second.commit}`);
		const onWorker = changes().filter((call) => call.includes(services.worker!.id));
		expect(onWorker).to.have.lengthOf(1);
		expect(onWorker[0]).to.match(/\/rename\?/);
		expect(await inContainer(updated.web!.name, 'cat', '/data/known')).to.equal(knownContent);
		services = updated;
	});

	it('must remove the image that nothing needs any more', async () => {
		await eventually('the old image gone', async () => {
			const references = await stage().device.docker('images', '--digests', '--no-trunc');
			return references.includes(first.images.web!.split('@')[1]!) ? undefined : true;
		});
	});

	it('must restart one service when asked to', async () => {
		const path = `/v2/applications/${appId()}/restart-service`;
		const answer = await stage().api.post(path, { serviceName: 'web' });
		expect([answer.status, answer.text]).to.deep.equal([200, 'OK']);
		const restarted = await untilRuns(stage(), second);
		expect(restarted.web?.id).not.to.equal(services.web?.id);
		expect(restarted.worker?.startedAt).to.equal(services.worker?.startedAt);
		services = restarted;
	});

	it('must stop a service when asked to, and leave it stopped', async () => {
		const path = `/v2/applications/${appId()}/stop-service`;
		expect((await stage().api.post(path, { serviceName: 'web' })).status).to.equal(200);
		await untilPolled(stage(), 2);
		const stopped = await stage().engine.services();
		expect(stopped.web).to.include({ id: services.web?.id, state: 'exited' });
		expect(stopped.worker?.startedAt).to.equal(services.worker?.startedAt);
		const status = (await stage().api.get('/v2/applications/state')).json();
		expect(JSON.stringify(status)).to.contain('"status":"exited"');
	});

	it('must start it again when asked to', async () => {
		const path = `/v2/applications/${appId()}/start-service`;
		expect((await stage().api.post(path, { serviceName: 'web' })).status).to.equal(200);
		const started = await untilRuns(stage(), second);
		expect(started.web?.id).to.equal(services.web?.id);
		services = started;
	});

	it('must restart every service of the app when asked to', async () => {
		const answer = await stage().api.post('/v1/restart', { appId: appId() });
		expect([answer.status, answer.text]).to.deep.equal([200, 'OK']);
		const restarted = await untilRuns(stage(), second);
		expect(restarted.web?.id).not.to.equal(services.web?.id);
		expect(restarted.worker?.id).not.to.equal(services.worker?.id);
		expect(await inContainer(restarted.web!.name, 'cat', '/data/known')).to.equal(knownContent);
		services = restarted;
	});

	it('must end within 8 s when asked to, and leave the services running', async () => {
		const startedMs = performance.now();
		expect(await stage().supervisor().stop()).to.equal(0);
		expect(performance.now() - startedMs).to.be.below(8_000);
		expect(await stage().engine.services()).to.deep.equal(services);
	});

	it('must find nothing to do after a restart', async () => {
		stage().proxy.forget();
		await stage().start();
		expect(await untilRuns(stage(), second)).to.deep.equal(services);
		expect(await untilPolled(stage(), 2)).to.deep.equal([304, 304]);
		expect(changes()).to.deep.equal([]);
		await stage().supervisor().stop();
	});

	it('must bring supervision back from disk while the cloud is away', async () => {
		await stage().closeCloud();
		await stage().engine.remove(services.web!.id);
		await stage().start();
		const repaired = await untilRuns(stage(), second);
		expect(repaired.worker).to.deep.equal(services.worker);
		expect(await inContainer(repaired.web!.name, 'cat', '/data/known')).to.equal(knownContent);
		services = repaired;
		await stage().openCloud();
		expect(await untilPolled(stage(), 1)).to.deep.equal([304]);
	});

	it('must bring back a container that is removed while it watches', async () => {
		await stage().engine.remove(services.worker!.id);
		const repaired = await untilRuns(stage(), second);
		expect(repaired.web).to.deep.equal(services.web);
		services = repaired;
	});

	it('must report what runs, with images as in the target and whole numbers', async () => {
		const device = await eventually('a report of both services', async () => {
			const [seen] = await stage().client.listDevices();
			const running = seen?.services.filter(({ status }) => status === 'Running') ?? [];
			return running.length === 2 ? seen : undefined;
		});
		expect(device.runningCommit).to.equal(second.commit);
		const reported = device.services.map(({ name, image }) => [name, image]);
		expect(Object.fromEntries(reported)).to.deep.equal(second.images);
		const reports = stage().cloud().journal.list({ method: 'PATCH', path: '/device/v3/state' });
		expect(reports.map(({ status }) => status)).to.satisfy((all: number[]) =>
			all.every((status) => status === 200),
		);
		const numbers = Object.values(device.report).filter((value) => typeof value === 'number');
		expect(numbers).to.not.be.empty;
		expect(numbers.every(Number.isInteger)).to.equal(true);
	});

	it('must have said nothing alarming in all that time', () => {
		const alarming = stage()
			.log()
			.split('\n')
			.filter((line) => /^(error|fatal)|Warning|forgotten/.test(line));
		expect(alarming).to.deep.equal([]);
	});

	it('must remove the app and keep its volumes when the cloud wants it no more', async () => {
		await stage().client.createRelease({
			...{ fleet: stage().fleet.name, composition: { services: {} }, images: {} },
		});
		await eventually('no container', async () =>
			Object.keys(await stage().engine.services()).length === 0 ? true : undefined,
		);
		expect(Object.keys(await stage().engine.volumes())).to.deep.equal([`${appId()}_data`]);
	});
});

import { expect } from 'chai';
import { startCloud, testFleet, type TestCloud } from '../../tools/cloud/testing/start-cloud.ts';
import { systemClock } from '../kit/clock.ts';
import { silentLogger } from '../kit/logger.ts';
import { systemRandom } from '../kit/random.ts';
import { createHttpClient, type HttpClient } from './http.ts';
import { createProvisioner } from './provision.ts';
import {
	createMemoryConfig,
	createMemorySettings,
	eventually,
	testFacts,
	type MemoryConfig,
} from './testing/memory-config.ts';

describe('createProvisioner, against the development cloud', () => {
	let test: TestCloud;
	let http: HttpClient;
	let stop: AbortController;
	let jobs: Promise<void>[];
	let variables: Record<string, string>;
	let override: string | undefined;
	beforeEach(async () => {
		[variables, override] = [{}, undefined];
		test = await startCloud();
		http = createHttpClient({
			userAgent: () => Promise.resolve('Supervisor/20.0.0'),
			clock: systemClock,
		});
		stop = new AbortController();
		jobs = [];
	});
	afterEach(async () => {
		stop.abort();
		await Promise.all(jobs);
		http.close();
		await test.close();
	});

	const unregistered = () => ({
		apiEndpoint: test.url,
		applicationId: 1,
		apiKey: testFleet.provisioningKey,
		deviceType: 'generic-amd64',
		bootstrapRetryDelay: 10,
	});

	function start(
		content: Record<string, unknown>,
		settings = createMemorySettings(),
	): { config: MemoryConfig; job: ReturnType<typeof createProvisioner> } {
		const config = createMemoryConfig(content);
		const job = createProvisioner({
			config,
			http,
			host: { facts: () => Promise.resolve(testFacts) },
			store: settings,
			initialVariables: () => Promise.resolve({ ...variables }),
			apiEndpointOverride: () => Promise.resolve(override),
			pollIntervalMs: () => 20,
			version: '20.0.0',
			clock: systemClock,
			random: systemRandom,
			log: silentLogger,
		});
		jobs.push(job.run(stop.signal));
		return { config, job };
	}
	const requests = (path: string) => test.cloud.journal.list({ path });

	it('must register a new device with exactly the fields of the contract', async () => {
		const { config, job } = start(unregistered());
		await job.provisioned(stop.signal);
		const { uuid, deviceApiKey, registered_at, deviceId, apiKey } = await config.read();
		expect(uuid).to.match(/^[0-9a-f]{32}$/);
		expect(deviceApiKey).to.match(/^[0-9a-f]{32}$/);
		expect(registered_at).to.be.closeTo(Date.now(), 60_000);
		expect([deviceId, apiKey]).to.deep.equal([1, undefined]);
		expect(config.content()).not.to.have.property('apiKey');
		const [request] = requests('/device/register');
		expect(request?.headers['authorization']).to.equal(`Bearer ${testFleet.provisioningKey}`);
		expect(request?.body).to.deep.equal({
			user: null,
			application: 1,
			uuid,
			device_type: 'generic-amd64',
			api_key: deviceApiKey,
			supervisor_version: '20.0.0',
			os_version: 'Debian GNU/Linux 12 (bookworm)',
			os_variant: 'dev',
			mac_address: '02:00:00:00:00:01',
		});
	});

	it('must keep the uuid and device key that config.json has', async () => {
		const uuid = 'e'.repeat(32);
		const { config, job } = start({ ...unregistered(), uuid, deviceApiKey: 'own' });
		await job.provisioned(stop.signal);
		expect(config.content()).to.include({ uuid, deviceApiKey: 'own', deviceId: 1 });
	});

	it('must take over its own registration, by its own key', async () => {
		const { uuid, key, id } = await test.register();
		const { config, job } = start({ ...unregistered(), uuid, deviceApiKey: key });
		await job.provisioned(stop.signal);
		expect(config.content()).to.include({ uuid, deviceApiKey: key, deviceId: id });
		expect(config.content()).not.to.have.property('apiKey');
	});

	it('must exchange keys in the words of the contract: ask with its own, then set it with the other', async () => {
		const { uuid, id } = await test.register();
		const { config, job } = start({
			...unregistered(),
			...{ uuid, deviceApiKey: 'anew', apiKey: 'user-key', registered_at: 1 },
		});
		await job.provisioned(stop.signal);
		expect(config.content()).to.include({ uuid, deviceApiKey: 'anew', deviceId: id });
		expect(config.content()).not.to.have.property('apiKey');
		const query = { $select: 'id', $filter: `uuid eq '${uuid}'` };
		const key = (name: string): string => `Bearer ${name}`;
		const exchange = requests('^/v7/device$|device-key$|^/device/register$');
		expect(
			exchange.map(({ method, path, ...one }) => [
				`${method} ${path}`,
				one.headers['authorization'],
				one.body ?? one.query,
				one.status,
			]),
		).to.deep.equal([
			['POST /device/register', key(testFleet.provisioningKey), exchange[0]?.body, 201], // by the test
			['GET /v7/device', key('anew'), query, 401],
			['GET /v7/device', key('user-key'), query, 200],
			[`POST /api-key/device/${id}/device-key`, key('user-key'), { apiKey: 'anew' }, 200],
		]);
	});

	it('must take a new identity once when the uuid is another device’s', async () => {
		const { uuid } = await test.register();
		const { config, job } = start({ ...unregistered(), uuid, deviceApiKey: 'not its key' });
		await job.provisioned(stop.signal);
		const now = await config.read();
		expect(now.uuid)
			.to.match(/^[0-9a-f]{32}$/)
			.and.not.equal(uuid);
		expect(now.deviceId).to.equal(2);
		expect(requests('/device/register')).to.have.length(3); // the other device's, two of its own
	});

	it('must not go on inventing identities when the cloud refuses the new one too', async () => {
		test.cloud.faults.add({
			match: 'POST ^/device/register$',
			status: 409,
			body: '"uuid" must be unique.',
			contentType: 'text/html',
		});
		const { config, job } = start(unregistered());
		await eventually(() => requests('/device/register').length > 4);
		const uuids = requests('/v7/device').map(({ query }) => query['$filter']);
		expect(new Set(uuids).size).to.equal(2);
		expect(job.lastError()).to.match(/a new identity was refused too/);
		expect(config.content()).to.have.property('apiKey');
	});

	it('must not give up its identity because the cloud is out of order', async () => {
		const { uuid, key } = await test.register();
		test.cloud.faults.add({ match: 'GET ^/v7/device$', status: 503, body: undefined, times: 2 });
		const { config, job } = start({ ...unregistered(), uuid, deviceApiKey: key });
		await job.provisioned(stop.signal);
		expect((await config.read()).uuid).to.equal(uuid);
	});

	it('must look up the number of a registered device that lost it', async () => {
		const { uuid, key, id } = await test.register();
		const { apiKey: _, ...rest } = unregistered();
		const { config, job } = start({ ...rest, uuid, deviceApiKey: key, registered_at: 1000 });
		await job.provisioned(stop.signal);
		expect(config.content()).to.include({ deviceId: id, registered_at: 1000 });
	});

	it('must forget a provisioning key that was left over, without a new identity', async () => {
		const { uuid, key, id } = await test.register();
		const full = { uuid, deviceApiKey: key, registered_at: 1000, deviceId: id };
		const { config, job } = start({ ...unregistered(), ...full });
		await job.provisioned(stop.signal);
		await eventually(() => !('apiKey' in config.content()));
		expect(config.content()).to.include({ uuid, deviceApiKey: key });
	});

	it('must try until the cloud answers, and say why it does not yet', async () => {
		test.cloud.faults.add({
			match: 'POST ^/device/register$',
			drop: true,
			body: undefined,
			times: 3,
		});
		const { job } = start(unregistered());
		await eventually(() => job.lastError() !== undefined);
		expect(job.lastError()).to.match(/cannot be reached: it broke the connection/);
		await job.provisioned(stop.signal);
		expect(requests('/device/register')).to.have.length(4);
		expect(job.lastError()).to.equal(undefined);
	});

	it('must say what config.json lacks', async () => {
		const { apiKey: _, ...rest } = unregistered();
		const { job } = start(rest);
		await eventually(() => job.lastError() !== undefined);
		expect(job.lastError()).to.equal('The device cannot be registered: config.json has no apiKey');
	});

	it('must only give a uuid to a device without a cloud', async () => {
		const { config } = start({});
		await eventually(() => 'uuid' in config.content());
		expect(Object.keys(config.content())).to.deep.equal(['uuid']);
		expect(requests('')).to.deep.equal([]);
	});

	it('must pin the device to the release of its preload before it counts as provisioned', async () => {
		const image = 'registry.holdfast.test:5000/v2/' + 'a'.repeat(32);
		const release = await test.client.createRelease({
			fleet: testFleet.name,
			composition: { services: { main: {} } },
			images: { main: image },
		});
		const settings = createMemorySettings({ pinDevice: { app: 1, commit: release.commit } });
		const { config, job } = start(unregistered(), settings);
		await job.provisioned(stop.signal);
		const device = await test.client.getDevice(String(config.content()['uuid']));
		expect(device.pinnedCommit).to.equal(release.commit);
		expect(await settings.getSetting('pinDevice')).to.equal(undefined);
	});

	it('must go on without a pin when the cloud has no such release', async () => {
		const settings = createMemorySettings({ pinDevice: { app: 1, commit: 'f'.repeat(32) } });
		const { job } = start(unregistered(), settings);
		await job.provisioned(stop.signal);
		expect(await settings.getSetting('pinDevice')).to.equal(undefined);
	});

	it('must tell the cloud the initial name once', async () => {
		const settings = createMemorySettings();
		const { config, job } = start({ ...unregistered(), initialDeviceName: 'gate-12' }, settings);
		await job.provisioned(stop.signal);
		await eventually(() => requests('/v7/device').some(({ status }) => status === 200));
		const device = await test.client.getDevice(String(config.content()['uuid']));
		expect(device.name).to.equal('gate-12');
	});

	it('must go where apiEndpointOverride points from the first request on', async () => {
		override = test.url;
		const full = { ...unregistered(), apiEndpoint: 'http://127.0.0.1:9', initialDeviceName: 'n' };
		variables = { SUPERVISOR_DELTA: 'true' };
		const { config, job } = start(full);
		await job.provisioned(stop.signal);
		expect(requests('').map(({ method, path, status }) => [method, path, status])).to.deep.equal([
			['POST', '/device/register', 201],
			['GET', `/device/v3/${String(config.content()['uuid'])}/state`, 200],
			['POST', '/v7/device_config_variable', 201],
			['PATCH', '/v7/device(1)', 200],
		]);
	});

	describe('a key that is checked later in life', () => {
		const running = async (more: Record<string, unknown>) => {
			const { uuid, key, id } = await test.register();
			const { apiKey: _, ...rest } = unregistered();
			const full = { ...rest, uuid, deviceApiKey: key, deviceId: id, registered_at: 1, ...more };
			const { config, job } = start(full);
			await job.provisioned(stop.signal);
			return { config, job, uuid };
		};

		it('must be good when the cloud knows the device by it, and be written nowhere', async () => {
			const { config, job } = await running({});
			const before = config.content();
			expect(await job.recheckKey(stop.signal)).to.equal(true);
			expect(config.content()).to.equal(before);
		});

		it('must be set again with a provisioning key that may, and under the same identity', async () => {
			const { config, job, uuid } = await running({ deviceApiKey: 'lost' });
			await config.update({ apiKey: 'user-key' });
			expect(await job.recheckKey(stop.signal)).to.equal(true);
			expect(config.content()).to.include({ uuid, deviceApiKey: 'lost', registered_at: 1 });
			expect(config.content()).not.to.have.property('apiKey');
			expect(await job.recheckKey(stop.signal)).to.equal(true);
		});

		for (const apiKey of [undefined, testFleet.provisioningKey]) {
			it(`must be refused, and nothing changed, with ${apiKey === undefined ? 'no' : 'a'} provisioning key`, async () => {
				const { config, job } = await running({ deviceApiKey: 'lost' });
				await config.update({ apiKey });
				const before = config.content();
				expect(await job.recheckKey(stop.signal)).to.equal(false);
				expect(config.content()).to.equal(before);
			});
		}

		it('must be left open while the cloud is out of order', async () => {
			const { job } = await running({});
			test.cloud.faults.add({ match: 'GET ^/v7/device$', status: 503 });
			const failure = await job.recheckKey(stop.signal).catch((err: unknown) => err);
			expect(failure).to.have.property('code', 'CLOUD_REFUSED');
		});
	});

	describe('the initial configuration', () => {
		const posts = () => requests('/v7/device_config_variable');
		const configOf = async (uuid: unknown, key: unknown): Promise<unknown> => {
			const headers = { authorization: `Bearer ${String(key)}` };
			const answer = await fetch(`${test.url}/device/v3/${String(uuid)}/state`, { headers });
			const body = (await answer.json()) as Record<string, { config: Record<string, string> }>;
			const { RESIN_SUPERVISOR_POLL_INTERVAL: _, ...config } = body[String(uuid)]!.config;
			return config;
		};
		const told = (settings: ReturnType<typeof createMemorySettings>) =>
			settings
				.getSetting('initialConfigReported')
				.then((endpoint) => expect(endpoint).to.equal(test.url));

		const registered = async (more: Record<string, unknown>) => {
			const { uuid, key, id } = await test.register();
			return { ...unregistered(), uuid, deviceApiKey: key, deviceId: id, ...more };
		};
		const states = [
			{ name: 'a new one', content: () => unregistered() },
			{ name: 'one that was registered before', content: () => registered({}) },
			{
				name: 'one that lost its number',
				content: () => registered({ registered_at: 1, deviceId: undefined }),
			},
			{ name: 'one with a leftover key', content: () => registered({ registered_at: 1 }) },
			{
				name: 'one whose database is new',
				content: () => registered({ registered_at: 1, apiKey: undefined }),
			},
		];
		for (const { name, content } of states) {
			it(`must be told once, before the device counts as provisioned: ${name}`, async () => {
				variables = { SUPERVISOR_DELTA: 'true', HOST_CONFIG_gpu_mem: '64' };
				const settings = createMemorySettings();
				const { config, job } = start(await content(), settings);
				await job.provisioned(stop.signal);
				await told(settings);
				const now = await config.read();
				expect(await configOf(now.uuid, now.deviceApiKey)).to.deep.equal({
					RESIN_HOST_CONFIG_gpu_mem: '64',
					RESIN_SUPERVISOR_DELTA: 'true',
				});
				expect(posts()[0]?.headers['authorization']).to.equal(`Bearer ${now.deviceApiKey}`);
				const again = start(config.content(), settings);
				await again.job.provisioned(stop.signal);
				expect(posts()).to.have.length(2);
			});
		}

		it('must not be set over what the cloud has under any prefix', async () => {
			const device = await registered({ registered_at: 1, apiKey: undefined });
			await test.client.setVariable({
				device: device.uuid,
				name: 'BALENA_SUPERVISOR_DELTA',
				value: '0',
			});
			variables = { SUPERVISOR_DELTA: 'true' };
			const settings = createMemorySettings();
			await start(device, settings).job.provisioned(stop.signal);
			await told(settings);
			expect(posts()).to.deep.equal([]);
		});

		it('must be asked nothing about when it is as it is by default', async () => {
			const settings = createMemorySettings();
			await start(unregistered(), settings).job.provisioned(stop.signal);
			await told(settings);
			expect(requests('/state$')).to.deep.equal([]);
		});

		it('must not hold the device back, and come after a failure as it was before', async () => {
			test.cloud.faults.add({ match: 'POST device_config', status: 500, body: 'x', times: 3 });
			variables = { SUPERVISOR_DELTA: 'true' };
			const settings = createMemorySettings();
			const { job } = start(unregistered(), settings);
			await job.provisioned(stop.signal);
			expect(posts()).to.have.length(1);
			variables = {}; // the cloud's are in force by now
			await eventually(() => posts().length === 4);
			await eventually(() => posts().every(({ status }) => status !== 0));
			expect(posts().map(({ status }) => status)).to.deep.equal([500, 500, 500, 201]);
		});

		it('must go on without a variable that the cloud does not take', async () => {
			test.cloud.faults.add({ match: 'POST device_config', status: 400, body: 'x', times: 1 });
			variables = { SUPERVISOR_DELTA: 'true', HOST_CONFIG_gpu_mem: '64' };
			const settings = createMemorySettings();
			await start(unregistered(), settings).job.provisioned(stop.signal);
			await told(settings);
			expect(posts().map(({ status }) => status)).to.deep.equal([400, 201]);
		});

		it('must be told to the next cloud, after a time without one', async () => {
			const settings = createMemorySettings({ initialConfigReported: test.url });
			start({}, settings);
			await eventually(() => !settings.has('initialConfigReported'));
		});
	});
});

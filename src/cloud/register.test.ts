import { expect } from 'chai';
import { startCloud, testFleet, type TestCloud } from '../../tools/cloud/testing/start-cloud.ts';
import { ConfigJson } from '../config/config-json.ts';
import { registerDevice } from './register.ts';
import { createTestHttp } from './testing/cloud-under-test.ts';
import { eventually, testFacts } from './testing/memory-config.ts';
import { createProvisionerBench, type ProvisionerBench } from './testing/provisioner-bench.ts';

describe('the registration of a device, against the development cloud', () => {
	let test: TestCloud;
	let bench: ProvisionerBench;
	beforeEach(async () => {
		test = await startCloud();
		bench = createProvisionerBench(test, testFleet);
	});
	afterEach(async () => {
		await bench.end();
		await test.close();
	});

	it('must register a new device with exactly the fields of the contract', async () => {
		const { config, job } = bench.start({ ...bench.unregistered(), userId: '141' });
		await job.provisioned(bench.signal);
		const { uuid, deviceApiKey, registered_at, deviceId, apiKey } = await config.read();
		expect(uuid).to.match(/^[0-9a-f]{32}$/);
		expect(deviceApiKey).to.match(/^[0-9a-f]{32}$/);
		expect(registered_at).to.be.closeTo(Date.now(), 60_000);
		expect([deviceId, apiKey]).to.deep.equal([1, undefined]);
		expect(config.content()).not.to.have.property('apiKey');
		const [request] = bench.requests('/device/register');
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

	it('must tell no more than the cloud stores, which would refuse it', async () => {
		const http = createTestHttp();
		const uuid = 'e'.repeat(32);
		const config = ConfigJson.parse({ ...bench.unregistered(), uuid, deviceApiKey: 'own' });
		const address = '02:00:00:00:00:01';
		const facts = {
			...{ ...testFacts, osVersion: 'Debian '.repeat(20) },
			macAddress: Array.from({ length: 100 }, () => address).join(' '),
		};
		const version = '20.0.0+build-1700000000';
		await registerDevice(config, facts, { http, version, signal: bench.signal });
		http.close();
		const [request] = bench.requests('/device/register');
		expect(request?.body).to.include({
			supervisor_version: '20.0.0+build-1700000',
			os_version: 'Debian '.repeat(10),
			mac_address: Array.from({ length: 50 }, () => address).join(' '),
		});
	});

	it('must keep the uuid and device key that config.json has', async () => {
		const uuid = 'e'.repeat(32);
		const { config, job } = bench.start({ ...bench.unregistered(), uuid, deviceApiKey: 'own' });
		await job.provisioned(bench.signal);
		expect(config.content()).to.include({ uuid, deviceApiKey: 'own', deviceId: 1 });
	});

	it('must take over its own registration, by its own key', async () => {
		const { uuid, key, id } = await test.register();
		const { config, job } = bench.start({ ...bench.unregistered(), uuid, deviceApiKey: key });
		await job.provisioned(bench.signal);
		expect(config.content()).to.include({ uuid, deviceApiKey: key, deviceId: id });
		expect(config.content()).not.to.have.property('apiKey');
	});

	it('must exchange keys in the words of the contract: ask with its own, then set it with the other', async () => {
		const { uuid, id } = await test.register();
		const { config, job } = bench.start({
			...bench.unregistered(),
			...{ uuid, deviceApiKey: 'anew', apiKey: 'user-key', registered_at: 1 },
		});
		await job.provisioned(bench.signal);
		expect(config.content()).to.include({ uuid, deviceApiKey: 'anew', deviceId: id });
		expect(config.content()).not.to.have.property('apiKey');
		const query = { $select: 'id', $filter: `uuid eq '${uuid}'` };
		const key = (name: string): string => `Bearer ${name}`;
		const exchange = bench.requests('^/v7/device$|device-key$|^/device/register$');
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
		const { config, job } = bench.start({
			...bench.unregistered(),
			uuid,
			deviceApiKey: 'not its key',
		});
		await job.provisioned(bench.signal);
		const now = await config.read();
		expect(now.uuid)
			.to.match(/^[0-9a-f]{32}$/)
			.and.not.equal(uuid);
		expect(now.deviceId).to.equal(2);
		expect(bench.requests('/device/register')).to.have.length(3); // the other device's, two of its own
	});

	it('must not go on inventing identities when the cloud refuses the new one too', async () => {
		test.cloud.faults.add({
			match: 'POST ^/device/register$',
			status: 409,
			body: '"uuid" must be unique.',
			contentType: 'text/html',
		});
		const { config, job } = bench.start(bench.unregistered());
		await eventually(() => bench.requests('/device/register').length > 4);
		const uuids = bench.requests('/v7/device').map(({ query }) => query['$filter']);
		expect(new Set(uuids).size).to.equal(2);
		expect(job.lastError()).to.match(/a new identity was refused too/);
		expect(config.content()).to.have.property('apiKey');
	});

	it('must not give up its identity because the cloud is out of order', async () => {
		const { uuid, key } = await test.register();
		test.cloud.faults.add({ match: 'GET ^/v7/device$', status: 503, body: undefined, times: 2 });
		const { config, job } = bench.start({ ...bench.unregistered(), uuid, deviceApiKey: key });
		await job.provisioned(bench.signal);
		expect((await config.read()).uuid).to.equal(uuid);
	});
});

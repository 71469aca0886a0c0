import { expect } from 'chai';
import {
	startCloud,
	testFleet,
	testRelease,
	type TestCloud,
} from '../../tools/cloud/testing/start-cloud.ts';
import { createMemorySettings, eventually } from './testing/memory-config.ts';
import { createProvisionerBench, type ProvisionerBench } from './testing/provisioner-bench.ts';

describe('createProvisioner, against the development cloud', () => {
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

	it('must look up the number of a registered device that lost it', async () => {
		const { uuid, key, id } = await test.register();
		const { apiKey: _, ...rest } = bench.unregistered();
		const { config, job } = bench.start({ ...rest, uuid, deviceApiKey: key, registered_at: 1000 });
		await job.provisioned(bench.signal);
		expect(config.content()).to.include({ deviceId: id, registered_at: 1000 });
	});

	it('must forget a provisioning key that was left over, without a new identity', async () => {
		const { uuid, key, id } = await test.register();
		const full = { uuid, deviceApiKey: key, registered_at: 1000, deviceId: id };
		const { config, job } = bench.start({ ...bench.unregistered(), ...full });
		await job.provisioned(bench.signal);
		await eventually(() => !('apiKey' in config.content()));
		expect(config.content()).to.include({ uuid, deviceApiKey: key });
	});

	it('must set its key by a provisioning key that was left over before anything asks by it, as a pin does', async () => {
		const { uuid, id } = await test.register();
		const settings = createMemorySettings({ pinDevice: { app: 1, commit: 'f'.repeat(32) } });
		const { config, job } = bench.start(
			{
				...bench.unregistered(),
				...{ uuid, deviceApiKey: 'anew', apiKey: 'user-key', registered_at: 1000, deviceId: id },
			},
			settings,
		);
		await job.provisioned(bench.signal);
		expect(config.content()).to.include({ uuid, deviceApiKey: 'anew', deviceId: id });
		expect(config.content()).not.to.have.property('apiKey');
		expect(await settings.getSetting('pinDevice')).to.equal(undefined);
	});

	it('must work while the cloud does not take a provisioning key that was left over', async () => {
		const { uuid, key, id } = await test.register();
		test.cloud.faults.add({ match: 'GET ^/v7/device$', status: 503 });
		const full = { uuid, deviceApiKey: key, registered_at: 1000, deviceId: id };
		const { config, job } = bench.start({ ...bench.unregistered(), ...full });
		await job.provisioned(bench.signal);
		expect(config.content()).to.have.property('apiKey');
	});

	it('must try until the cloud answers, and say why it does not yet', async () => {
		test.cloud.faults.add({
			match: 'POST ^/device/register$',
			drop: true,
			body: undefined,
			times: 3,
		});
		const { job } = bench.start(bench.unregistered());
		await eventually(() => job.lastError() !== undefined);
		expect(job.lastError()).to.match(/cannot be reached: it broke the connection/);
		await job.provisioned(bench.signal);
		expect(bench.requests('/device/register')).to.have.length(4);
		expect(job.lastError()).to.equal(undefined);
	});

	it('must say what config.json lacks', async () => {
		const { apiKey: _, ...rest } = bench.unregistered();
		const { job } = bench.start(rest);
		await eventually(() => job.lastError() !== undefined);
		expect(job.lastError()).to.equal('The device cannot be registered: config.json has no apiKey');
	});

	it('must only give a uuid to a device without a cloud', async () => {
		const { config } = bench.start({});
		await eventually(() => 'uuid' in config.content());
		expect(Object.keys(config.content())).to.deep.equal(['uuid']);
		expect(bench.requests('')).to.deep.equal([]);
	});

	it('must pin the device to the release of its preload before it counts as provisioned', async () => {
		const release = await test.client.createRelease(testRelease);
		const settings = createMemorySettings({ pinDevice: { app: 1, commit: release.commit } });
		const { config, job } = bench.start(bench.unregistered(), settings);
		await job.provisioned(bench.signal);
		const device = await test.client.getDevice(String(config.content()['uuid']));
		expect(device.pinnedCommit).to.equal(release.commit);
		expect(await settings.getSetting('pinDevice')).to.equal(undefined);
	});

	it('must go on without a pin when the cloud has no such release', async () => {
		const settings = createMemorySettings({ pinDevice: { app: 1, commit: 'f'.repeat(32) } });
		const { job } = bench.start(bench.unregistered(), settings);
		await job.provisioned(bench.signal);
		expect(await settings.getSetting('pinDevice')).to.equal(undefined);
	});

	it('must tell the cloud the initial name once', async () => {
		const settings = createMemorySettings();
		const { config, job } = bench.start(
			{ ...bench.unregistered(), initialDeviceName: 'gate-12' },
			settings,
		);
		await job.provisioned(bench.signal);
		await eventually(() => bench.requests('/v7/device').some(({ status }) => status === 200));
		const device = await test.client.getDevice(String(config.content()['uuid']));
		expect(device.name).to.equal('gate-12');
	});

	it('must go where apiEndpointOverride points from the first request on', async () => {
		bench.override = test.url;
		const full = {
			...bench.unregistered(),
			apiEndpoint: 'http://127.0.0.1:9',
			initialDeviceName: 'n',
		};
		bench.variables = { SUPERVISOR_DELTA: 'true' };
		const { config, job } = bench.start(full);
		await job.provisioned(bench.signal);
		expect(
			bench.requests('').map(({ method, path, status }) => [method, path, status]),
		).to.deep.equal([
			['POST', '/device/register', 201],
			['GET', `/device/v3/${String(config.content()['uuid'])}/state`, 200],
			['POST', '/v7/device_config_variable', 201],
			['PATCH', '/v7/device(1)', 200],
		]);
	});
});

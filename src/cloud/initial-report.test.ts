import { expect } from 'chai';
import { startCloud, testFleet, type TestCloud } from '../../tools/cloud/testing/start-cloud.ts';
import { createMemorySettings, eventually } from './testing/memory-config.ts';
import { createProvisionerBench, type ProvisionerBench } from './testing/provisioner-bench.ts';

describe('the initial configuration, against the development cloud', () => {
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

	const posts = () => bench.requests('/v7/device_config_variable');
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
		return { ...bench.unregistered(), uuid, deviceApiKey: key, deviceId: id, ...more };
	};
	const states = [
		{ name: 'a new one', content: () => bench.unregistered() },
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
			bench.variables = { SUPERVISOR_DELTA: 'true', HOST_CONFIG_gpu_mem: '64' };
			const settings = createMemorySettings();
			const { config, job } = bench.start(await content(), settings);
			await job.provisioned(bench.signal);
			await told(settings);
			const now = await config.read();
			expect(await configOf(now.uuid, now.deviceApiKey)).to.deep.equal({
				RESIN_HOST_CONFIG_gpu_mem: '64',
				RESIN_SUPERVISOR_DELTA: 'true',
			});
			expect(posts()[0]?.headers['authorization']).to.equal(`Bearer ${now.deviceApiKey}`);
			const again = bench.start(config.content(), settings);
			await again.job.provisioned(bench.signal);
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
		bench.variables = { SUPERVISOR_DELTA: 'true' };
		const settings = createMemorySettings();
		await bench.start(device, settings).job.provisioned(bench.signal);
		await told(settings);
		expect(posts()).to.deep.equal([]);
	});

	it('must be asked nothing about when it is as it is by default', async () => {
		const settings = createMemorySettings();
		await bench.start(bench.unregistered(), settings).job.provisioned(bench.signal);
		await told(settings);
		expect(bench.requests('/state$')).to.deep.equal([]);
	});

	it('must not hold the device back, and come after a failure as it was before', async () => {
		test.cloud.faults.add({ match: 'POST device_config', status: 500, body: 'x', times: 3 });
		bench.variables = { SUPERVISOR_DELTA: 'true' };
		const settings = createMemorySettings();
		const { job } = bench.start(bench.unregistered(), settings);
		await job.provisioned(bench.signal);
		expect(posts()).to.have.length(1);
		bench.variables = {}; // the cloud's are in force by now
		await eventually(() => posts().length === 4);
		await eventually(() => posts().every(({ status }) => status !== 0));
		expect(posts().map(({ status }) => status)).to.deep.equal([500, 500, 500, 201]);
	});

	it('must go on without a variable that the cloud does not take', async () => {
		test.cloud.faults.add({ match: 'POST device_config', status: 400, body: 'x', times: 1 });
		bench.variables = { SUPERVISOR_DELTA: 'true', HOST_CONFIG_gpu_mem: '64' };
		const settings = createMemorySettings();
		await bench.start(bench.unregistered(), settings).job.provisioned(bench.signal);
		await told(settings);
		expect(posts().map(({ status }) => status)).to.deep.equal([400, 201]);
	});

	it('must be told to the next cloud, after a time without one', async () => {
		const settings = createMemorySettings({ initialConfigReported: test.url });
		bench.start({}, settings);
		await eventually(() => !settings.has('initialConfigReported'));
	});
});

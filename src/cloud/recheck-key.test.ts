import { expect } from 'chai';
import { startCloud, testFleet, type TestCloud } from '../../tools/cloud/testing/start-cloud.ts';
import { createProvisionerBench, type ProvisionerBench } from './testing/provisioner-bench.ts';

describe('a key that is checked later in life, against the development cloud', () => {
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

	const running = async (more: Record<string, unknown>) => {
		const { uuid, key, id } = await test.register();
		const { apiKey: _, ...rest } = bench.unregistered();
		const full = { ...rest, uuid, deviceApiKey: key, deviceId: id, registered_at: 1, ...more };
		const { config, job } = bench.start(full);
		await job.provisioned(bench.signal);
		return { config, job, uuid };
	};

	it('must be good when the cloud knows the device by it, and be written nowhere', async () => {
		const { config, job } = await running({});
		const before = config.content();
		expect(await job.recheckKey(bench.signal)).to.equal(true);
		expect(config.content()).to.equal(before);
	});

	it('must be set again with a provisioning key that may, and under the same identity', async () => {
		const { config, job, uuid } = await running({ deviceApiKey: 'lost' });
		await config.update({ apiKey: 'user-key' });
		expect(await job.recheckKey(bench.signal)).to.equal(true);
		expect(config.content()).to.include({ uuid, deviceApiKey: 'lost', registered_at: 1 });
		expect(config.content()).not.to.have.property('apiKey');
		expect(await job.recheckKey(bench.signal)).to.equal(true);
	});

	for (const apiKey of [undefined, testFleet.provisioningKey]) {
		it(`must be refused, and nothing changed, with ${apiKey === undefined ? 'no' : 'a'} provisioning key`, async () => {
			const { config, job } = await running({ deviceApiKey: 'lost' });
			await config.update({ apiKey });
			const before = config.content();
			expect(await job.recheckKey(bench.signal)).to.equal(false);
			expect(config.content()).to.equal(before);
		});
	}

	it('must be left open while the cloud is out of order', async () => {
		const { job } = await running({});
		test.cloud.faults.add({ match: 'GET ^/v7/device$', status: 503 });
		const failure = await job.recheckKey(bench.signal).catch((err: unknown) => err);
		expect(failure).to.have.property('code', 'CLOUD_REFUSED');
	});
});

import { expect } from 'chai';
import {
	startCloud,
	testRelease,
	type TestCloud,
	type TestDevice,
} from '../../tools/cloud/testing/start-cloud.ts';
import { eventually } from './testing/memory-config.ts';
import { createPollerBench, intervalMs, type PollerBench } from './testing/poller-bench.ts';

describe('createPoller, against the development cloud', () => {
	let test: TestCloud;
	let device: TestDevice;
	let bench: PollerBench;
	beforeEach(async () => {
		test = await startCloud();
		device = await test.register();
		bench = createPollerBench(test, device);
	});
	afterEach(async () => {
		await bench.end();
		await test.close();
	});

	it('must put the first target in force and store it with its ETag', async () => {
		const { targets } = bench;
		const { commit } = await test.client.createRelease(testRelease);
		bench.start();
		await eventually(() => targets.length === 1);
		expect(targets[0]?.apps[0]?.release?.commit).to.equal(commit);
		expect(bench.stored?.source).to.equal('cloud');
		expect(bench.stored?.etag).to.match(/^W\//);
		const [request] = bench.polls();
		expect(request?.headers['authorization']).to.equal(`Bearer ${device.key}`);
		expect(request?.headers).not.to.have.property('if-none-match');
		expect(request?.headers['accept-encoding']).to.include('gzip');
	});

	it('must send the ETag back, and leave all as it is on 304', async () => {
		const { clock, targets } = bench;
		const poller = bench.start();
		await eventually(() => targets.length === 1);
		await bench.resting();
		await clock.advance(intervalMs);
		await bench.answered(2);
		expect(bench.polls().map(({ status }) => status)).to.deep.equal([200, 304]);
		expect(targets).to.have.length(1);
		await bench.resting();
		expect(poller.status()).to.include({ failures: 0, lastSuccessMs: intervalMs });
	});

	it('must begin with the stored ETag after a restart', async () => {
		const { targets } = bench;
		bench.start();
		await eventually(() => targets.length === 1);
		await bench.stop();
		bench.start();
		await bench.answered(2);
		expect(bench.polls()[1]?.status).to.equal(304);
	});

	it('must hold to a shorter interval as soon as a document says so, whoever asked for it', async () => {
		const { clock } = bench;
		let current = intervalMs;
		const poller = bench.start({ pollIntervalMs: () => current });
		await bench.answered(1);
		await bench.resting();
		expect(clock.sleepers()).to.deep.equal([intervalMs]);
		current = 10_000;
		await clock.advance(2000);
		poller.trigger({ force: false, cancel: false });
		await bench.answered(2);
		await eventually(() => clock.sleepers().join() === '11000');
		current = intervalMs;
		await clock.advance(11_000);
		await bench.answered(3);
		await eventually(() => clock.sleepers().join() === String(intervalMs));
	});

	it('must wait an interval first when instant updates are off', async () => {
		const { clock } = bench;
		bench.start({ instantUpdates: false });
		await bench.resting();
		expect(bench.polls()).to.have.length(0);
		expect(clock.sleepers()).to.deep.equal([intervalMs]);
	});

	it('must take a 304 without ETag as: the cloud does not know this device', async () => {
		const { clock, targets } = bench;
		const poller = bench.start();
		await eventually(() => targets.length === 1);
		await bench.resting();
		await test.client.deleteDevice(device.uuid);
		await clock.advance(intervalMs);
		await eventually(() => poller.status().isDeviceUnknown);
		expect(poller.status().lastError).to.match(/does not know this device/);
		expect(poller.status()).to.include({ failures: 1, lastSuccessMs: 0 });
		expect(bench.stored?.etag).not.to.equal(undefined);
	});

	it('must end at once when stopped in the middle of a request', async () => {
		test.cloud.faults.add({ match: 'GET /state$', status: 200, body: {}, delayMs: 60_000 });
		bench.start();
		await eventually(() => bench.polls().length === 1);
		await bench.stop();
	});
});

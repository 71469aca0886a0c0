import { expect } from 'chai';
import {
	startCloud,
	testRelease,
	type TestCloud,
	type TestDevice,
} from '../../tools/cloud/testing/start-cloud.ts';
import { eventually } from './testing/memory-config.ts';
import { createPollerBench, intervalMs, type PollerBench } from './testing/poller-bench.ts';

describe('polls that are asked for, against the development cloud', () => {
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

	it('must poll at once when triggered, with the options of the caller', async () => {
		const { clock, targets, options } = bench;
		const poller = bench.start();
		await eventually(() => targets.length === 1);
		await bench.resting();
		await clock.advance(2000);
		await test.client.createRelease(testRelease);
		poller.trigger({ force: true, cancel: false });
		await eventually(() => targets.length === 2);
		expect(options[1]).to.deep.equal({ force: true, cancel: false });
	});

	it('must look again at an unchanged target when triggered, and only then', async () => {
		const { clock, targets, unchanged } = bench;
		const poller = bench.start();
		await eventually(() => targets.length === 1);
		await bench.resting();
		await clock.advance(2000);
		poller.trigger({ force: false, cancel: true });
		await eventually(() => unchanged.length === 1);
		expect(unchanged).to.deep.equal([{ force: false, cancel: true }]);
	});

	it('must meet several triggers within a second by one request with the options of all', async () => {
		const { clock, targets, unchanged } = bench;
		const poller = bench.start();
		await eventually(() => targets.length === 1);
		await bench.resting();
		poller.trigger({ force: true, cancel: false });
		poller.trigger({ force: false, cancel: true });
		poller.trigger({ force: false, cancel: false });
		await bench.resting();
		expect(bench.polls()).to.have.length(1);
		await clock.advance(1000);
		await eventually(() => unchanged.length === 1);
		expect(bench.polls()).to.have.length(2);
		expect(unchanged).to.deep.equal([{ force: true, cancel: true }]);
	});

	it('must not count a triggered poll as a scheduled one', async () => {
		const { clock, targets, unchanged } = bench;
		const poller = bench.start();
		await eventually(() => targets.length === 1);
		await bench.resting();
		await clock.advance(5000);
		poller.trigger({ force: false, cancel: false });
		await eventually(() => unchanged.length === 1);
		await bench.resting();
		expect(poller.status().lastSuccessMs).to.equal(0);
		expect(clock.sleepers()).to.deep.equal([intervalMs - 5000]);
	});

	it('must keep the options of a trigger until a poll succeeds', async () => {
		const { clock, targets, options } = bench;
		test.cloud.faults.add({ match: 'GET /state$', status: 500, body: undefined, times: 1 });
		const poller = bench.start({ instantUpdates: false });
		await bench.resting();
		poller.trigger({ force: true, cancel: false });
		await eventually(() => poller.status().failures === 1);
		await bench.resting();
		await clock.advance(15_000);
		await eventually(() => targets.length === 1);
		expect(options).to.deep.equal([{ force: true, cancel: false }]);
	});
});

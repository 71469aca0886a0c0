import { expect } from 'chai';
import {
	startCloud,
	type TestCloud,
	type TestDevice,
} from '../../tools/cloud/testing/start-cloud.ts';
import { eventually } from './testing/memory-config.ts';
import { createPollerBench, intervalMs, type PollerBench } from './testing/poller-bench.ts';

describe('createTargetReceiver, behind a poller of the development cloud', () => {
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

	it('must keep the old target and tell once why a document is refused', async () => {
		const { clock, targets, announced } = bench;
		const poller = bench.start();
		await eventually(() => targets.length === 1);
		await bench.resting();
		const etag = bench.stored?.etag;
		const body = { [device.uuid]: { name: 'x', config: { A: 5 }, apps: {} } };
		test.cloud.faults.add({ match: 'GET /state$', status: 200, body, headers: { etag: '"n"' } });
		await clock.advance(intervalMs);
		await bench.answered(2);
		await bench.resting();
		await clock.advance(intervalMs);
		await bench.answered(3);
		await bench.resting();
		expect(targets).to.have.length(1);
		expect(bench.stored?.etag).to.equal(etag);
		expect(announced).to.have.length(1);
		expect(announced[0]).to.match(/^Could not move to new release: .*config/);
		expect(poller.status().failures).to.equal(0);
		expect(poller.status().lastError).to.match(/config/);
	});

	it('must refuse a document without an entry for this device', async () => {
		const { announced } = bench;
		const body = { other: { name: 'x', config: {}, apps: {} } };
		test.cloud.faults.add({ match: 'GET /state$', status: 200, body });
		bench.start();
		await eventually(() => announced.length === 1);
		expect(announced[0]).to.match(/no entry for this device/);
		expect(bench.stored).to.equal(undefined);
	});

	it('must tell of an app that cannot be decoded, and take the others', async () => {
		const { targets, announced } = bench;
		const good = { id: 1, name: 'good' };
		const bad = { id: 'x', name: 'bad' };
		const apps = { ['a'.repeat(32)]: good, ['b'.repeat(32)]: bad };
		const body = { [device.uuid]: { name: 'x', config: {}, apps } };
		test.cloud.faults.add({ match: 'GET /state$', status: 200, body, headers: { etag: '"n"' } });
		bench.start();
		await eventually(() => targets.length === 1);
		await bench.resting();
		expect(targets[0]?.apps.map(({ name }) => name)).to.deep.equal(['good']);
		expect(announced[0]).to.match(/^Could not move to new release: app bad: /);
		expect(bench.stored?.etag).to.equal('"n"');
	});
});

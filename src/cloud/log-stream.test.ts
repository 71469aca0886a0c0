import { expect } from 'chai';
import {
	startCloud,
	type TestCloud,
	type TestDevice,
} from '../../tools/cloud/testing/start-cloud.ts';
import { lineOf } from '../model/testing/log-line.ts';
import { createLogStreamBench, type LogStreamBench } from './testing/log-stream-bench.ts';
import { eventually } from './testing/memory-config.ts';

describe('createCloudLogStream, against the development cloud', function () {
	this.timeout(60_000); // sockets and certificates take their time
	let bench: LogStreamBench;
	let test: TestCloud;
	let device: TestDevice;
	let config: Record<string, unknown>;
	beforeEach(async () => {
		bench = createLogStreamBench();
		test = await startCloud({ frozenLogDelayMs: 20 });
		device = await test.register();
		config = { apiEndpoint: test.url, uuid: device.uuid, deviceApiKey: device.key };
	});
	afterEach(async () => {
		await bench.end();
		await test.close();
	});
	const streams = () => test.cloud.journal.list({ path: '/log-stream$' });
	const messages = async () =>
		(await test.client.deviceLogs(device.uuid)).map(({ message }) => message);
	async function shown(expected: string[]): Promise<void> {
		for (let tries = 0; tries < 1500; tries++) {
			if ((await messages()).join() === expected.join()) return;
			await new Promise((resolve) => setTimeout(resolve, 10));
		}
		expect(await messages()).to.deep.equal(expected);
	}

	it('must show lines to a reader while the stream is open', async () => {
		const { clock } = bench;
		const stream = bench.start(config);
		stream.write(lineOf('one'));
		await bench.grace();
		await shown(['one']);
		stream.write(lineOf('two', { isSystem: true, serviceId: undefined }));
		await clock.advance(200);
		await shown(['one', 'two']);
		expect(streams()).to.have.length(1);
		expect(streams()[0]?.status).to.equal(0);
		expect(streams()[0]?.headers).to.include({
			authorization: `Bearer ${device.key}`,
			'content-type': 'application/x-ndjson',
			'content-encoding': 'gzip',
			'transfer-encoding': 'chunked',
			'user-agent': 'Supervisor/20.0.0',
		});
	});

	it('must send nothing within the grace period', async () => {
		const { clock } = bench;
		const stream = bench.start(config);
		stream.write(lineOf('one'));
		await bench.sleeping(5000);
		await clock.advance(4900);
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(await messages()).to.deep.equal([]);
	});

	it('must keep lines that come before the device is provisioned', async () => {
		let open: () => void = () => undefined;
		const stream = bench.start(config, { provisioned: new Promise((resolve) => (open = resolve)) });
		stream.write(lineOf('early'));
		await new Promise((resolve) => setTimeout(resolve, 20));
		expect(streams()).to.have.length(0);
		open();
		await bench.grace();
		await shown(['early']);
	});

	it('must close a stream without lines after a minute, and open another for the next', async () => {
		const stream = bench.start(config);
		stream.write(lineOf('one'));
		await bench.grace();
		await shown(['one']);
		await bench.idle();
		await eventually(() => streams()[0]?.status === 201);
		stream.write(lineOf('two'));
		await eventually(() => streams().length === 2);
		await bench.grace();
		await shown(['one', 'two']);
		expect(stream.lastError()).to.equal(undefined);
	});

	it('must deliver what it has when the supervisor stops', async () => {
		const stream = bench.start(config);
		stream.write(lineOf('one'));
		await bench.sleeping(5000);
		stream.write(lineOf('last'));
		await bench.stop();
		await shown(['one', 'last']);
	});

	it('must not take lines that belong to nobody', async () => {
		const stream = bench.start(config);
		stream.write(lineOf('nobody', { serviceId: undefined }));
		stream.write(lineOf('one'));
		await bench.grace();
		await shown(['one']);
	});

	it('must throw lines away when logs are off', async () => {
		bench.mode = 'off';
		const stream = bench.start(config);
		stream.write(lineOf('one'));
		await new Promise((resolve) => setTimeout(resolve, 20));
		expect(streams()).to.have.length(0);
	});

	it('must slow down while the cloud refuses, also one that lets it wait first', async () => {
		const { clock, pauses } = bench;
		await test.client.updateDevice(device.uuid, { frozen: true });
		const stream = bench.start(config);
		stream.write(lineOf('one'));
		for (const pauseMs of [5000, 10_000, 20_000]) {
			await eventually(() => pauses.at(-1) === pauseMs); // while the cloud lets it wait, no time passes
			await bench.sleeping(pauseMs);
			await clock.advance(pauseMs);
		}
		expect(pauses.slice(0, 3)).to.deep.equal([5000, 10_000, 20_000]);
		expect(stream.lastError()).to.match(/refused the key of this device for the log stream/);
	});

	it('must wait as long as the cloud asks', async () => {
		const { clock } = bench;
		test.cloud.faults.add({
			match: 'POST /log-stream$',
			status: 429,
			body: undefined,
			headers: { 'retry-after': '10' },
			times: 1,
		});
		const stream = bench.start(config);
		stream.write(lineOf('one'));
		await bench.sleeping(10_000);
		await clock.advance(10_000);
		await bench.grace();
		await shown(['one']);
	});
});

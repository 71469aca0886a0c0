import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { constants, createGzip } from 'node:zlib';
import { expect } from 'chai';
import { createFakeClock } from '../../../src/kit/testing/fake-clock.ts';
import { startCloud, type TestCloud, type TestDevice } from '../testing/start-cloud.ts';

const ndjson = { 'content-type': 'application/x-ndjson' };
const line = (message: string, more: object = {}) => ({
	message,
	timestamp: 1_795_144_426_188,
	...more,
});
const toText = (lines: readonly object[]): string =>
	lines.map((one) => `${JSON.stringify(one)}\n`).join('');

async function eventually(check: () => Promise<boolean>): Promise<void> {
	for (let attempt = 0; attempt < 1500; attempt += 1) {
		if (await check()) return;
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
	throw new Error('it did not come');
}

describe('POST /device/v2/<uuid>/log-stream', () => {
	let test: TestCloud;
	let device: TestDevice;
	beforeEach(async () => {
		test = await startCloud({ frozenLogDelayMs: 40 });
		device = await test.register();
	});
	afterEach(() => test.close());
	const path = `/device/v2/${'d'.repeat(32)}/log-stream`;
	const post = (body: string, headers: Record<string, string> = ndjson, key = device.key) =>
		test.send({ method: 'POST', path, key, body, headers });
	const messages = async () =>
		(await test.client.deviceLogs(device.uuid)).map(({ message }) => message);

	it('must answer an empty 201 once the body ends, and keep the lines', async () => {
		const answer = await post(
			toText([
				line('plain', { serviceId: 2 }),
				line('system', { isSystem: true, isStdErr: true }),
				line('not exactly true', { isSystem: 1, isStdErr: 'true' }),
			]),
		);
		expect(answer.status).to.equal(201);
		expect(await answer.text()).to.equal('');
		const logs = await test.client.deviceLogs(device.uuid);
		expect(logs.map(({ createdAt: _createdAt, ...rest }) => rest)).to.deep.equal([
			{ ...line('plain'), isSystem: false, isStdErr: false, serviceId: 2 },
			{ ...line('system'), isSystem: true, isStdErr: true },
			{ ...line('not exactly true'), isSystem: false, isStdErr: false },
		]);
	});

	it('must skip bad lines silently', async () => {
		const bad = [
			{ message: 1, timestamp: 1 },
			{ message: 'no time' },
			{ message: 'text as time', timestamp: '1' },
			line('of a dependent device', { uuid: 'x' }),
		];
		expect((await post(toText([...bad, line('good')]))).status).to.equal(201);
		expect(await messages()).to.deep.equal(['good']);
	});

	it('must end with 400 at a line that is not JSON', async () => {
		expect((await post('{"message":\n')).status).to.equal(400);
	});

	for (const type of ['application/json', 'application/x-ndjson; charset=utf-8', 'text/plain']) {
		it(`must refuse content type ${type} with 415`, async () => {
			const answer = await post(toText([line('x')]), { 'content-type': type });
			expect(answer.status).to.equal(415);
			expect(await answer.json()).to.be.a('string');
		});
	}

	it('must refuse a bad key at once, in JSON', async () => {
		const answer = await post('', ndjson, 'nobody');
		expect(answer.status).to.equal(401);
		expect(await answer.json()).to.deep.equal({ error: 'API key required' });
	});

	for (const c of [
		{ name: 'deleted', spoil: () => test.client.deleteDevice(device.uuid) },
		{ name: 'frozen', spoil: () => test.client.updateDevice(device.uuid, { frozen: true }) },
	]) {
		it(`must let a ${c.name} device wait for its 401`, async () => {
			await c.spoil();
			const startMs = performance.now();
			const answer = await post('');
			expect(answer.status).to.equal(401);
			expect(performance.now() - startMs).to.be.above(35);
		});
	}

	describe('kept open', () => {
		let req: ClientRequest;
		afterEach(() => req.destroy());
		const open = (headers: Record<string, string> = {}): ClientRequest => {
			req = request(`${test.url}${path}`, {
				method: 'POST',
				headers: { ...ndjson, authorization: `Bearer ${device.key}`, ...headers },
			});
			req.on('error', () => undefined);
			req.flushHeaders();
			return req;
		};

		it('must show each flushed line of a gzip stream at once, to readers too', async () => {
			const gzip = createGzip({ flush: constants.Z_SYNC_FLUSH });
			gzip.pipe(open({ 'content-encoding': 'gzip' }));
			const stop = new AbortController();
			const reader = test.client.followLogs(device.uuid, { signal: stop.signal });
			gzip.write(toText([line('first')]));
			const first = await reader.next();
			expect(first.value).to.include({ message: 'first' });
			gzip.write(toText([line('second')]));
			const second = await reader.next();
			expect(second.value).to.include({ message: 'second' });
			stop.abort();
			expect((await reader.next()).done).to.equal(true);
			gzip.end();
			const response = await once(req, 'response');
			expect(new Map(Object.entries(response[0] as IncomingMessage)).get('statusCode')).to.equal(
				201,
			);
		});

		it('must put a line together that comes in two pieces, within a character even', async () => {
			const bytes = Buffer.from(toText([line('grüße')]));
			const stream = open();
			stream.write(bytes.subarray(0, 16));
			await new Promise((resolve) => setTimeout(resolve, 30));
			stream.write(bytes.subarray(16));
			await eventually(async () => (await messages())[0] === 'grüße');
		});

		it('must keep what came before a connection broke off', async () => {
			open().write(toText([line('kept')]));
			await eventually(async () => (await messages()).length === 1);
			req.destroy();
			expect(await messages()).to.deep.equal(['kept']);
		});
	});
});

describe('/device/v2/<uuid>/logs', () => {
	let test: TestCloud;
	let device: TestDevice;
	beforeEach(async () => {
		test = await startCloud();
		device = await test.register();
	});
	afterEach(() => test.close());
	const path = `/device/v2/${'d'.repeat(32)}/logs`;
	const post = (body: unknown, key = device.key) => test.send({ method: 'POST', path, key, body });

	it('must take a batch with an empty 201', async () => {
		const answer = await post([line('a'), line('b')]);
		expect(answer.status).to.equal(201);
		expect(await answer.text()).to.equal('');
		expect(await test.client.deviceLogs(device.uuid)).to.have.length(2);
	});

	it('must refuse more than ten lines', async () => {
		const answer = await post(Array.from({ length: 11 }, () => line('x')));
		expect(answer.status).to.equal(400);
		expect(await answer.json()).to.equal('Batches cannot include more than 10 logs');
	});

	it('must refuse a time that is text', async () => {
		expect((await post([{ message: 'x', timestamp: '1' }])).status).to.equal(400);
	});

	it('must refuse the fifteenth batch of ten seconds, and say when to come again', async () => {
		await test.close();
		const clock = createFakeClock();
		test = await startCloud({ clock });
		device = await test.register();
		for (let batch = 0; batch < 14; batch += 1)
			expect((await post([line('x')])).status).to.equal(201);
		const answer = await post([line('x')]);
		expect(answer.status).to.equal(429);
		expect(answer.headers.get('retry-after')).to.equal('10');
		expect(await answer.json()).to.equal('Too Many Requests');
		await clock.advance(10_000);
		expect((await post([line('x')])).status).to.equal(201);
	});

	it('must give the newest lines to the user, oldest of them first', async () => {
		await post([line('a'), line('b'), line('c')]);
		const answer = await test.send({ path: `${path}?count=2`, key: 'user-key' });
		const logs = await answer.json();
		expect(logs).to.have.nested.property('[0].message', 'b');
		expect(logs).to.have.nested.property('[1].message', 'c');
		expect(logs).to.have.length(2);
	});

	it('must forget all but the newest thousand', async () => {
		const body = toText(Array.from({ length: 1010 }, (_, at) => line(String(at))));
		await test.send({
			method: 'POST',
			path: `/device/v2/${device.uuid}/log-stream`,
			key: device.key,
			body,
			headers: ndjson,
		});
		const logs = await test.client.deviceLogs(device.uuid, 1000);
		expect(logs).to.have.length(1000);
		expect(logs[0]?.message).to.equal('10');
	});
});

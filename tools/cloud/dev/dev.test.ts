import { createServer, type IncomingHttpHeaders } from 'node:http';
import { expect } from 'chai';
import { releaseOf, testComposition } from '../testing/release.ts';
import { startCloud, testFleet, type TestCloud, type TestDevice } from '../testing/start-cloud.ts';

describe('failures on purpose', () => {
	let test: TestCloud;
	beforeEach(async () => (test = await startCloud()));
	afterEach(() => test.close());
	const ping = () => test.send({ path: '/ping' });

	it('must answer as told, as often as told', async () => {
		await test.client.addFault({
			match: 'GET ^/ping$',
			status: 429,
			body: { error: 'slow down' },
			headers: { 'Retry-After': '7' },
			times: 2,
		});
		for (let time = 0; time < 2; time += 1) {
			const answer = await ping();
			expect(answer.status).to.equal(429);
			expect(answer.headers.get('retry-after')).to.equal('7');
			expect(await answer.json()).to.deep.equal({ error: 'slow down' });
		}
		expect((await ping()).status).to.equal(200);
	});

	it('must answer text of another type as it is', async () => {
		const body = '<html>sign in</html>';
		await test.client.addFault({ match: '* ^/ping', status: 200, body, contentType: 'html' });
		const answer = await ping();
		expect(answer.headers.get('content-type')).to.match(/^text\/html/);
		expect(await answer.text()).to.equal(body);
	});

	it('must delay and then go on', async () => {
		await test.client.addFault({ match: 'GET ^/ping', delayMs: 40 });
		const startMs = performance.now();
		expect(await (await ping()).text()).to.equal('OK');
		expect(performance.now() - startMs).to.be.above(35);
	});

	it('must close the connection without an answer', async () => {
		await test.client.addFault({ match: 'GET ^/ping', drop: true });
		expect(await ping().catch(() => 'dropped')).to.equal('dropped');
	});

	it('must break off in the middle of an answer', async () => {
		await test.client.addFault({ match: 'GET ^/ping', truncate: true });
		const answer = await ping();
		expect(answer.status).to.equal(200);
		expect(await answer.text().catch(() => 'broken')).to.equal('broken');
	});

	it('must leave other methods, other paths and the developer alone, and end when told', async () => {
		await test.client.addFault({ match: 'POST .*', status: 500 });
		expect((await ping()).status).to.equal(200);
		await test.client.addFault({ match: '* .*', status: 500 });
		expect((await ping()).status).to.equal(500);
		await test.client.clearFaults();
		expect((await ping()).status).to.equal(200);
	});

	it('must refuse a fault that has not its form', async () => {
		const failure: unknown = await test.client
			.addFault({ match: 'nonsense' })
			.catch((err: unknown) => err);
		expect(failure).to.have.property('status', 400);
	});
});

describe('the journal', () => {
	let test: TestCloud;
	beforeEach(async () => (test = await startCloud()));
	afterEach(() => test.close());

	it('must keep what was asked and how it was answered, but not what the developer asks', async () => {
		const body = { application: 1 };
		await test.send({ method: 'POST', path: '/device/register?x=1', key: 'nobody', body });
		await test.send({ path: '/ping' });
		const seen = await test.client.listRequests();
		expect(seen.map(({ method, path }) => `${method} ${path}`)).to.deep.equal([
			'POST /device/register',
			'GET /ping',
		]);
		expect(seen[0]).to.deep.include({ id: 1, status: 401, query: { x: '1' }, body });
		expect(seen[0]?.headers.authorization).to.equal('Bearer nobody');
	});

	it('must filter, and forget when told', async () => {
		await test.send({ path: '/ping' });
		await test.send({ method: 'HEAD', path: '/connectivity-check' });
		expect(await test.client.listRequests({ path: '^/ping' })).to.have.length(1);
		expect(await test.client.listRequests({ method: 'HEAD' })).to.have.length(1);
		expect(await test.client.listRequests({ after: 2 })).to.have.length(0);
		await test.client.clearRequests();
		expect(await test.client.listRequests()).to.have.length(0);
	});

	it('must show a request that was dropped with status 0', async () => {
		test.cloud.faults.add({ match: 'GET ^/ping', drop: true });
		await test.send({ path: '/ping' }).catch(() => undefined);
		expect(test.cloud.journal.list()[0]).to.include({ path: '/ping', status: 0 });
	});
});

describe('the developer’s calls', () => {
	let test: TestCloud;
	let device: TestDevice;
	beforeEach(async () => {
		test = await startCloud();
		device = await test.register();
	});
	afterEach(() => test.close());

	it('must refuse every key but the user’s', async () => {
		const paths = ['/dev/fleets', '/dev/devices', '/dev/faults', '/dev/requests'];
		for (const path of paths)
			for (const key of [device.key, testFleet.provisioningKey, 'nobody'])
				expect((await test.send({ path, key })).status).to.equal(401);
	});

	it('must show the fleet with its key, and its target once there is one', async () => {
		expect(await test.client.getFleet('acceptance')).to.deep.equal({
			id: 1,
			uuid: testFleet.uuid,
			name: 'acceptance',
			deviceType: 'generic-amd64',
			provisioningKey: testFleet.provisioningKey,
			target: null,
		});
		const release = await releaseOf(test);
		expect((await test.client.getFleet('acceptance')).target).to.deep.equal(release);
		expect(await test.client.listReleases('acceptance')).to.deep.equal([release]);
	});

	it('must keep a composition as given, but for build', async () => {
		const { composition } = await releaseOf(test);
		const { build: _build, ...main } = testComposition.services.main;
		expect(composition).to.deep.equal({ ...testComposition, services: { main } });
	});

	it('must allot the same place for the same content of a service only', async () => {
		const places = await test.client.allocateImages('acceptance', { a: 'x', b: 'x' });
		expect(places.a?.location).to.match(/^registry\.holdfast\.test:5000\/v2\/[0-9a-f]{32}$/);
		expect(places.a?.location).to.not.equal(places.b?.location);
		const again = await test.client.allocateImages('acceptance', { a: 'x', b: 'y' });
		expect(again.a).to.deep.equal(places.a);
		expect(again.b?.location).to.not.equal(places.b?.location);
	});

	it('must know the digest of a place once a release had it', async () => {
		const { main } = await test.client.allocateImages('acceptance', { main: 'x' });
		const digest = `sha256:${'1'.repeat(64)}`;
		const images = { main: `${main?.location ?? ''}@${digest}` };
		const composition = { services: { main: {} } };
		await test.client.createRelease({ fleet: 'acceptance', composition, images });
		const again = await test.client.allocateImages('acceptance', { main: 'x' });
		expect(again.main).to.deep.equal({ location: main?.location, digest });
	});

	for (const c of [
		{ name: 'a service without an image', images: {}, says: 'No image for main' },
		{
			name: 'an image without a service',
			images: { main: 'a', x: 'b' },
			says: 'No service for the image of x',
		},
	]) {
		it(`must refuse a release with ${c.name}`, async () => {
			const release = {
				fleet: 'acceptance',
				composition: { services: { main: {} } },
				images: c.images,
			};
			const failure: unknown = await test.client
				.createRelease(release)
				.catch((err: unknown) => err);
			expect(failure).to.be.an('error').with.property('message').that.contains(c.says);
		});
	}

	it('must say so when there is no such fleet or device', async () => {
		const calls = [() => test.client.getFleet('nope'), () => test.client.getDevice('nope')];
		for (const call of calls)
			expect(await call().catch((err: unknown) => err)).to.have.property('status', 404);
	});

	it('must set and remove variables', async () => {
		await test.client.setVariable({ device: device.uuid, name: 'X', value: '1' });
		await test.client.setVariable({ device: device.uuid, name: 'X', value: '2' });
		await test.client.setVariable({ fleet: 'acceptance', name: 'RESIN_A', value: '1' });
		const { store } = test.cloud;
		const read = async () =>
			(await store.variables.forDevice({ fleetId: 1, deviceId: 1 })).map(
				({ name, value }) => `${name}=${value}`,
			);
		expect(await read()).to.deep.equal(['RESIN_A=1', 'X=2']);
		await test.client.setVariable({ device: device.uuid, name: 'X', value: null });
		expect(await read()).to.deep.equal(['RESIN_A=1']);
	});

	it('must say who does not answer', async () => {
		await test.close();
		expect(await test.client.isUp()).to.equal(false);
		const failure: unknown = await test.client.listDevices().catch((err: unknown) => err);
		expect(failure).to.be.an('error').with.property('message').that.contains(test.url);
		test = await startCloud();
	});
});

describe('calls of a device’s own API', () => {
	let test: TestCloud;
	let device: TestDevice;
	let asked: string[];
	let lastHeaders: IncomingHttpHeaders;
	let closeApi: () => void;
	beforeEach(async () => {
		asked = [];
		test = await startCloud({ notifiesDevices: true });
		device = await test.register();
		const api = createServer((req, res) => {
			let body = '';
			req.on('data', (chunk) => (body += String(chunk)));
			req.on('end', () => {
				asked.push(`${req.method ?? ''} ${req.url ?? ''} ${body}`);
				lastHeaders = req.headers;
				res.writeHead(202, { 'content-type': 'application/json' }).end('{"Data":"OK"}');
			});
		});
		await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
		closeApi = () => {
			api.closeAllConnections();
			api.close();
		};
		const address = api.address();
		const port = typeof address === 'object' && address !== null ? address.port : 0;
		const report = { api_port: port, api_secret: 's3cret' };
		await test.send({ path: `/device/v3/${device.uuid}/state`, key: device.key });
		await test.send({
			method: 'PATCH',
			path: '/device/v3/state',
			key: device.key,
			body: { [device.uuid]: report },
		});
	});
	afterEach(async () => {
		closeApi();
		await test.close();
	});

	it('must pass on the call with the key the device reported, and its answer', async () => {
		const answer = await test.client.callSupervisor(device.uuid, '/v1/purge', {
			data: { appId: 1 },
		});
		expect(answer).to.deep.equal({ status: 202, body: '{"Data":"OK"}' });
		expect(asked).to.deep.equal(['POST /v1/purge?apikey=s3cret {"appId":1}']);
	});

	it('must know a device by its number, too, and no device by none', async () => {
		const ask = (body: object) =>
			test.send({ method: 'POST', path: '/supervisor/v1/blink', key: 'user-key', body });
		expect((await ask({ deviceId: device.id })).status).to.equal(202);
		expect(asked).to.deep.equal(['POST /v1/blink?apikey=s3cret ']);
		expect((await ask({})).status).to.equal(404);
	});

	it('must send no body where there is no data', async () => {
		await test.client.callSupervisor(device.uuid, '/v1/device', { method: 'GET' });
		expect(asked).to.deep.equal(['GET /v1/device?apikey=s3cret ']);
	});

	const told = async (): Promise<readonly string[]> => {
		for (let attempt = 0; attempt < 1000 && asked.length === 0; attempt += 1)
			await new Promise((resolve) => setTimeout(resolve, 10));
		return asked;
	};
	const news: { name: string; act: () => Promise<unknown> }[] = [
		{ name: 'a new target of its fleet', act: () => releaseOf(test) },
		{
			name: 'a variable of the device',
			act: () => test.client.setVariable({ device: device.uuid, name: 'A', value: '1' }),
		},
		{
			name: 'a variable of its fleet',
			act: () => test.client.setVariable({ fleet: testFleet.name, name: 'A', value: '1' }),
		},
		{
			name: 'its pin',
			act: () => test.client.updateDevice(device.uuid, { pinnedCommit: null }),
		},
	];
	for (const { name, act } of news) {
		it(`must tell the device of ${name}, without body and type`, async () => {
			await act();
			expect(await told()).to.deep.equal(['POST /v1/update?apikey=s3cret ']);
			expect(lastHeaders).to.include({ 'content-length': '0' });
			expect(lastHeaders).not.to.have.property('content-type');
		});
	}

	it('must answer 502 for a device that is down', async () => {
		closeApi();
		expect((await test.client.callSupervisor(device.uuid, '/ping')).status).to.equal(502);
	});
});

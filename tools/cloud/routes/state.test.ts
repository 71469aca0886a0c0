import { expect } from 'chai';
import { releaseOf, testComposition, testDigest } from '../testing/release.ts';
import { startCloud, testFleet, type TestCloud, type TestDevice } from '../testing/start-cloud.ts';

describe('GET /device/v3/<uuid>/state', () => {
	let test: TestCloud;
	let device: TestDevice;
	beforeEach(async () => {
		test = await startCloud();
		device = await test.register();
		await test.client.updateDevice(device.uuid, { name: 'morning-shadow' });
	});
	afterEach(() => test.close());
	const read = (headers: Record<string, string> = {}, key = device.key) =>
		test.send({ path: `/device/v3/${device.uuid}/state`, key, headers });

	it('must have the exact shape and order of the real cloud', async () => {
		const release = await releaseOf(test);
		const fleet = testFleet.name;
		await test.client.setVariable({ fleet, name: 'FLEET_VAR', value: 'fleet' });
		await test.client.setVariable({ fleet, service: 'main', name: 'SVC_VAR', value: 'svc' });
		await test.client.setVariable({ fleet, name: 'BALENA_SUPERVISOR_DELTA', value: '0' });
		const answer = await read();
		expect(answer.status).to.equal(200);
		expect(answer.headers.get('content-type')).to.match(/^application\/json/);
		const { build: _build, ...composition } = testComposition.services.main;
		expect(await answer.text()).to.equal(
			JSON.stringify({
				[device.uuid]: {
					name: 'morning-shadow',
					apps: {
						[testFleet.uuid]: {
							id: 1,
							name: fleet,
							is_host: false,
							class: 'fleet',
							releases: {
								[release.commit]: {
									id: 1,
									services: {
										main: {
											id: 1,
											image_id: 1,
											image: `registry.holdfast.test:5000/v2/${'b'.repeat(31)}0@${testDigest('b')}`,
											environment: { FLEET_VAR: 'fleet', SVC_VAR: 'svc' },
											labels: {},
											composition,
										},
									},
									networks: {},
									volumes: { data: {} },
								},
							},
						},
					},
					config: { BALENA_SUPERVISOR_DELTA: '0', RESIN_SUPERVISOR_POLL_INTERVAL: '10000' },
				},
			}),
		);
	});

	it('must take the key from the query too', async () => {
		const path = `/device/v3/${device.uuid}/state?apikey=${device.key}`;
		expect((await test.send({ path })).status).to.equal(200);
	});

	it('must leave releases out while the fleet has none', async () => {
		const text = await (await read()).text();
		expect(text).to.contain('"class":"fleet"}}');
		expect(text).to.not.contain('releases');
	});

	it('must leave out networks and volumes that the composition does not name', async () => {
		await releaseOf(test, { services: { main: {} } });
		const text = await (await read()).text();
		expect(text).to.not.contain('networks');
		expect(text).to.not.contain('volumes');
	});

	it('must name an image without digest by its lower-case location alone', async () => {
		const images = { main: 'Registry.example/v2/ABC' };
		const composition = { services: { main: {} } };
		await test.client.createRelease({ fleet: 'acceptance', composition, images });
		expect(await (await read()).text()).to.contain('"image":"registry.example/v2/abc"');
	});

	describe('caching', () => {
		it('must answer 304 with the tag while nothing changes, and anew when something does', async () => {
			const etag = (await read()).headers.get('etag') ?? '';
			expect(etag).to.match(/^W\//);
			// fetch would ask for a fresh answer by `no-cache`.
			const headers = { 'if-none-match': etag, 'cache-control': 'max-age=0' };
			const same = await read(headers);
			expect(same.status).to.equal(304);
			expect(same.headers.get('etag')).to.equal(etag);
			await test.client.setVariable({ device: device.uuid, name: 'X', value: '1' });
			await releaseOf(test);
			expect((await read(headers)).status).to.equal(200);
		});

		it('must name Accept-Encoding in Vary and pack a body that is worth it', async () => {
			await releaseOf(test, {
				services: { main: { command: ['x'.repeat(2000)] } },
			});
			const answer = await read({ 'accept-encoding': 'gzip' });
			expect(answer.headers.get('vary')).to.equal('Accept-Encoding');
			expect(answer.headers.get('content-encoding')).to.equal('gzip');
		});
	});

	for (const c of [
		{ name: 'never known', spoil: () => Promise.resolve(), uuid: 'e'.repeat(32) },
		{ name: 'deleted', spoil: () => test.client.deleteDevice(device.uuid), uuid: 'd'.repeat(32) },
		{
			name: 'frozen',
			spoil: () => test.client.updateDevice(device.uuid, { frozen: true }),
			uuid: 'd'.repeat(32),
		},
	]) {
		it(`must answer 304 without tag and body for a device that is ${c.name}, whatever the key`, async () => {
			await c.spoil();
			for (const key of [device.key, 'nobody']) {
				const answer = await test.send({ path: `/device/v3/${c.uuid}/state`, key });
				expect(answer.status).to.equal(304);
				expect(answer.headers.get('etag')).to.equal(null);
			}
		});
	}

	it('must refuse bad, missing and foreign keys with an empty 401', async () => {
		const other = await test.register('e');
		for (const key of ['nobody', other.key, testFleet.provisioningKey]) {
			const answer = await read({}, key);
			expect(answer.status).to.equal(401);
			expect(await answer.text()).to.equal('');
		}
		expect((await test.send({ path: `/device/v3/${device.uuid}/state` })).status).to.equal(401);
	});

	it('must count as a sign of life', async () => {
		expect((await test.client.getDevice(device.uuid)).lastSeenAt).to.equal(null);
		await read();
		const seen = await test.client.getDevice(device.uuid);
		expect(seen.lastSeenAt).to.be.a('string');
		expect(seen.lastAddress).to.equal('127.0.0.1');
	});

	it('must follow the pin of a device, and the fleet again without one', async () => {
		const first = await releaseOf(test);
		const second = await releaseOf(test, testComposition, 'c');
		await test.client.updateDevice(device.uuid, { pinnedCommit: first.commit });
		expect(await (await read()).text()).to.contain(first.commit);
		await test.client.updateDevice(device.uuid, { pinnedCommit: null });
		expect(await (await read()).text()).to.contain(second.commit);
	});

	it('must serve the shape of old clients at v2', async () => {
		const release = await releaseOf(test);
		const answer = await test.send({ path: `/device/v2/${device.uuid}/state`, key: device.key });
		expect(await answer.json()).to.deep.equal({
			local: {
				name: 'morning-shadow',
				config: { RESIN_SUPERVISOR_POLL_INTERVAL: '10000' },
				apps: {
					1: {
						name: 'acceptance',
						releaseId: 1,
						commit: release.commit,
						services: {
							1: {
								image: `registry.holdfast.test:5000/v2/${'b'.repeat(31)}0@${testDigest('b')}`,
								imageId: 1,
								serviceName: 'main',
								running: true,
								environment: {},
								labels: { 'io.balena.features.supervisor-api': '1' },
								command: ['sleep', 'infinity'],
								restart: 'always',
								volumes: ['data:/data'],
							},
						},
						networks: {},
						volumes: { data: {} },
					},
				},
			},
			dependent: { apps: {}, devices: {} },
		});
	});

	it('must serve the target of a whole fleet to the user only', async () => {
		await releaseOf(test);
		const path = `/device/v3/fleet/${testFleet.uuid}/state`;
		const answer = await test.send({ path, key: 'user-key' });
		expect(await answer.json()).to.have.nested.property(`${testFleet.uuid}.name`, 'acceptance');
		expect((await test.send({ path, key: device.key })).status).to.equal(401);
	});
});

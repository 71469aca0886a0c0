import { expect } from 'chai';
import { startCloud, testFleet, type TestCloud } from '../testing/start-cloud.ts';

const uuid = 'd'.repeat(32);
const full = {
	application: 1,
	uuid,
	device_type: 'generic-amd64',
	api_key: 'K',
	supervisor_version: '19.0.5',
	os_version: 'balenaOS 6.0.0',
	os_variant: 'prod',
	mac_address: '02:00:00:00:00:01',
};
const provisioningKey = testFleet.provisioningKey;

describe('POST /device/register', () => {
	let test: TestCloud;
	beforeEach(async () => (test = await startCloud()));
	afterEach(() => test.close());
	const register = (body: object, key?: string) =>
		test.send({ method: 'POST', path: '/device/register', body, ...(key ? { key } : {}) });

	it('must take the key as bearer', async () => {
		const answer = await register(full, provisioningKey);
		expect(answer.status).to.equal(201);
		expect(await answer.json()).to.deep.equal({ id: 1, uuid, api_key: 'K' });
	});

	it('must take the key from the query', async () => {
		const path = `/device/register?apikey=${provisioningKey}`;
		const answer = await test.send({ method: 'POST', path, body: full });
		expect(answer.status).to.equal(201);
	});

	for (const key of [undefined, 'nobody']) {
		it(`must refuse ${key === undefined ? 'no' : 'an unknown'} key`, async () => {
			const answer = await register(full, key);
			expect(answer.status).to.equal(401);
			expect(await answer.json()).to.deep.equal({ error: 'API key required' });
		});
	}

	it('must refuse an unknown device type', async () => {
		const answer = await register({ ...full, device_type: 'nope' }, provisioningKey);
		expect(answer.status).to.equal(404);
		expect(await answer.json()).to.equal('Unknown device type nope');
	});

	it('must ask for a uuid', async () => {
		const answer = await register({ ...full, uuid: undefined }, provisioningKey);
		expect(answer.status).to.equal(400);
		expect(await answer.json()).to.equal('UUID must be specified');
	});

	for (const apiKey of ['K', 'another']) {
		it(`must refuse a uuid that is taken, with key ${apiKey}`, async () => {
			await register(full, provisioningKey);
			const answer = await register({ ...full, api_key: apiKey }, provisioningKey);
			expect(answer.status).to.equal(409);
			expect(answer.headers.get('content-type')).to.match(/^text\/html/);
			expect(await answer.text()).to.equal('"uuid" must be unique.');
		});
	}

	it('must refuse a key that another device has', async () => {
		await register(full, provisioningKey);
		const answer = await register({ ...full, uuid: 'e'.repeat(32) }, provisioningKey);
		expect(answer.status).to.equal(409);
		expect(await answer.text()).to.equal('"key" must be unique.');
	});

	it('must take the bare minimum and make the key itself', async () => {
		const body = { application: '1', uuid, device_type: 'generic-amd64' };
		const answer = await register(body, provisioningKey);
		expect(answer.status).to.equal(201);
		expect(await answer.json())
			.to.have.property('api_key')
			.that.matches(/^[0-9a-f]{32}$/);
	});

	it('must take null for what is optional', async () => {
		const body = { ...full, os_version: null, os_variant: null, user: null, mac_address: null };
		expect((await register(body, provisioningKey)).status).to.equal(201);
	});

	for (const length of [32, 62]) {
		it(`must take a uuid of ${length} hex digits`, async () => {
			const answer = await register({ ...full, uuid: 'f'.repeat(length) }, provisioningKey);
			expect(answer.status).to.equal(201);
		});
	}

	it('must not let a provisioning key register into another fleet', async () => {
		const answer = await register({ ...full, application: 99 }, provisioningKey);
		expect(answer.status).to.equal(401);
	});

	it('must let a deleted device register again', async () => {
		await register(full, provisioningKey);
		await test.client.deleteDevice(uuid);
		const answer = await register(full, provisioningKey);
		expect(answer.status).to.equal(201);
		expect(await answer.json()).to.deep.equal({ id: 2, uuid, api_key: 'K' });
	});

	describe('after a conflict', () => {
		const lookup = (key: string) =>
			test.send({ path: `/v7/device?$select=id&$filter=uuid eq '${uuid}'`, key });
		const rekey = (key: string) =>
			test.send({
				method: 'POST',
				path: '/api-key/device/1/device-key',
				key,
				body: { apiKey: 'K2' },
			});
		beforeEach(() => register(full, provisioningKey));

		it('must tell the device with its own key its id', async () => {
			const answer = await lookup('K');
			expect(answer.status).to.equal(200);
			expect(await answer.json()).to.deep.equal({ d: [{ id: 1 }] });
		});

		it('must refuse the provisioning key, with an empty 401', async () => {
			for (const answer of [await lookup(provisioningKey), await rekey(provisioningKey)]) {
				expect(answer.status).to.equal(401);
				expect(await answer.text()).to.equal('');
			}
		});

		for (const key of ['K', 'user-key']) {
			it(`must let ${key} set another device key`, async () => {
				expect((await rekey(key)).status).to.equal(200);
				expect((await lookup('K2')).status).to.equal(200);
				expect((await lookup('K')).status).to.equal(401);
			});
		}
	});
});

import { expect } from 'chai';
import { parseFilter } from '../odata/query.ts';
import { releaseOf, testComposition } from '../testing/release.ts';
import { startCloud, type TestCloud, type TestDevice } from '../testing/start-cloud.ts';

describe('parseFilter', () => {
	for (const c of [
		{ text: "uuid eq 'abc'", parsed: [{ field: 'uuid', value: 'abc' }] },
		{ text: "name eq 'it''s'", parsed: [{ field: 'name', value: "it's" }] },
		{ text: 'device eq 1', parsed: [{ field: 'device', value: 1 }] },
		{ text: 'is_frozen eq false', parsed: [{ field: 'is_frozen', value: false }] },
		{
			text: "(belongs_to__application eq 2) and (commit eq 'c') and (status eq 'success')",
			parsed: [
				{ field: 'belongs_to__application', value: 2 },
				{ field: 'commit', value: 'c' },
				{ field: 'status', value: 'success' },
			],
		},
	]) {
		it(`must understand ${c.text}`, () => {
			expect(parseFilter(c.text)).to.deep.equal(c.parsed);
		});
	}

	for (const text of ["uuid ne 'x'", "startswith(uuid,'x')", "a eq 'x' or b eq 'y'", '']) {
		it(`must refuse ${JSON.stringify(text)}`, () => {
			expect(() => parseFilter(text)).to.throw('refused with 400');
		});
	}
});

describe('OData of a supervisor', () => {
	let test: TestCloud;
	let device: TestDevice;
	beforeEach(async () => {
		test = await startCloud();
		device = await test.register();
	});
	afterEach(() => test.close());
	const get = (path: string, key = device.key) => test.send({ path, key });
	const patch = (id: number, body: object, key = device.key) =>
		test.send({ method: 'PATCH', path: `/v7/device(${id})`, key, body });

	it('must find no device but its own for a device key', async () => {
		const other = await test.register('e');
		const filter = `/v7/device?$select=id&$filter=uuid eq '${other.uuid}'`;
		expect(await (await get(filter)).json()).to.deep.equal({ d: [] });
		expect(await (await get(filter, 'user-key')).json()).to.deep.equal({ d: [{ id: 2 }] });
	});

	it('must refuse an unknown key with an empty 401', async () => {
		const answer = await get('/v7/device', 'nobody');
		expect(answer.status).to.equal(401);
		expect(await answer.text()).to.equal('');
	});

	it('must refuse a field it does not know', async () => {
		expect((await get('/v7/device?$select=colour')).status).to.equal(400);
	});

	it('must find a release of the fleet by its commit and pin the device to it', async () => {
		const first = await releaseOf(test);
		await releaseOf(test, testComposition, 'c');
		const filter = `(belongs_to__application eq 1) and (commit eq '${first.commit}') and (status eq 'success')`;
		const answer = await get(`/v7/release?$filter=${encodeURIComponent(filter)}&$select=id`);
		expect(await answer.json()).to.deep.equal({ d: [{ id: 1 }] });
		expect((await patch(device.id, { is_pinned_on__release: 1 })).status).to.equal(200);
		expect((await test.client.getDevice(device.uuid)).targetCommit).to.equal(first.commit);
		expect((await patch(device.id, { is_pinned_on__release: null })).status).to.equal(200);
		expect((await test.client.getDevice(device.uuid)).pinnedCommit).to.equal(null);
	});

	it('must not pin to a release of nobody, nor change a field it does not know', async () => {
		expect((await patch(device.id, { is_pinned_on__release: 9 })).status).to.equal(400);
		expect((await patch(device.id, { colour: 'green' })).status).to.equal(400);
	});

	it('must rename its own device and leave others alone', async () => {
		const other = await test.register('e');
		expect((await patch(device.id, { device_name: 'gate-12' })).status).to.equal(200);
		expect((await patch(other.id, { device_name: 'gate-12' })).status).to.equal(200);
		expect((await test.client.getDevice(device.uuid)).name).to.equal('gate-12');
		expect((await test.client.getDevice(other.uuid)).name).to.not.equal('gate-12');
	});

	describe('device_config_variable', () => {
		const name = 'RESIN_SUPERVISOR_DELTA';
		const post = (body: object, key = device.key) =>
			test.send({ method: 'POST', path: '/v7/device_config_variable', key, body });

		it('must make a variable that the target state then has', async () => {
			const answer = await post({ device: device.id, name, value: '1' });
			expect(answer.status).to.equal(201);
			expect(await answer.json()).to.deep.equal({ id: 1, device: { __id: 1 }, name, value: '1' });
			const state = await get(`/device/v3/${device.uuid}/state`);
			expect(await state.json()).to.have.nested.property(`${device.uuid}.config.${name}`, '1');
		});

		it('must refuse one that is there, one without prefix, and one of another device', async () => {
			const other = await test.register('e');
			await post({ device: device.id, name, value: '1' });
			expect((await post({ device: device.id, name, value: '2' })).status).to.equal(409);
			expect((await post({ device: device.id, name: 'X', value: '2' })).status).to.equal(400);
			expect((await post({ device: other.id, name, value: '2' })).status).to.equal(401);
		});
	});
});

describe('calls that only ask whether somebody is there', () => {
	let test: TestCloud;
	beforeEach(async () => (test = await startCloud()));
	afterEach(() => test.close());

	for (const method of ['GET', 'HEAD']) {
		it(`must answer ${method} /connectivity-check with an empty 204`, async () => {
			const answer = await test.send({ method, path: '/connectivity-check' });
			expect(answer.status).to.equal(204);
		});
	}

	it('must answer /ping with OK', async () => {
		expect(await (await test.send({ path: '/ping' })).text()).to.equal('OK');
	});

	it('must answer the VPN server for a device key only', async () => {
		const device = await test.register();
		const path = `/services/vpn/auth/${device.uuid}`;
		expect((await test.send({ path, key: device.key })).status).to.equal(200);
		expect((await test.send({ path, key: 'nobody' })).status).to.equal(401);
	});
});

import { decodeJwt, decodeProtectedHeader, importX509, jwtVerify } from 'jose';
import { expect } from 'chai';
import { z } from 'zod';
import { parseScopes } from '../registry/scope.ts';
import { toChallenge } from '../registry/proxy.ts';
import { releaseOf } from '../testing/release.ts';
import { startCloud, testFleet, type TestCloud, type TestDevice } from '../testing/start-cloud.ts';

const otherFleet = { name: 'other', provisioningKey: 'provision-other' };
const service = 'registry.holdfast.test:5000';

describe('parseScopes', () => {
	for (const c of [
		{ scope: undefined, names: [] },
		{ scope: 'nonsense', names: [] },
		{ scope: 'repository:v2/a:pull,push', names: ['v2/a pull push'] },
		{ scope: 'repository:v2/a:pull repository:v2/b:pull', names: ['v2/a pull', 'v2/b pull'] },
		{ scope: ['repository:v2/a:pull', 'repository:v2/b:'], names: ['v2/a pull', 'v2/b'] },
		{ scope: 'repository:host:5000/v2/a:pull', names: ['host:5000/v2/a pull'] },
		{ scope: 'registry:catalog:*', names: ['catalog *'] },
	]) {
		it(`must read ${JSON.stringify(c.scope)}`, () => {
			const read = parseScopes(c.scope).map(({ name, actions }) => [name, ...actions].join(' '));
			expect(read).to.deep.equal(c.names);
		});
	}
});

describe('toChallenge', () => {
	it('must name the address the caller used and keep the rest', () => {
		const challenge = 'Bearer realm="http://token-realm",service="s",scope="repository:v2/a:pull"';
		expect(toChallenge(challenge, '127.0.0.1:8081')).to.equal(
			'Bearer realm="http://127.0.0.1:8081/auth/v1/token",service="s",scope="repository:v2/a:pull"',
		);
	});
});

describe('GET /auth/v1/token', () => {
	let test: TestCloud;
	let device: TestDevice;
	let repository: string;
	beforeEach(async () => {
		test = await startCloud({ fleets: [testFleet, otherFleet] });
		device = await test.register();
		const { images } = await releaseOf(test);
		repository = (images.main ?? '').replace(`${service}/`, '').split('@')[0] ?? '';
	});
	afterEach(() => test.close());

	interface Asked {
		user?: string;
		password?: string;
		scopes?: string[];
	}
	const ask = ({ user = '', password, scopes = [] }: Asked) => {
		const query = new URLSearchParams([
			['service', service],
			...scopes.map((scope): [string, string] => ['scope', scope]),
		]);
		const basic = Buffer.from(`${user}:${password ?? ''}`).toString('base64');
		const headers: Record<string, string> =
			password === undefined ? {} : { authorization: `Basic ${basic}` };
		return test.send({ path: `/auth/v1/token?${query.toString()}`, headers });
	};
	const tokenOf = async (asked: Asked): Promise<string> => {
		const answer = await ask(asked);
		expect(answer.status).to.equal(200);
		return z.strictObject({ token: z.string() }).parse(await answer.json()).token;
	};
	const accessOf = async (asked: Asked) => decodeJwt(await tokenOf(asked)).access;
	const asDevice = () => ({ user: `d_${device.uuid}`, password: device.key });

	it('must give a device a signed token of four hours to pull an image of its fleet', async () => {
		const scopes = [`repository:${repository}:pull`];
		const token = await tokenOf({ ...asDevice(), scopes });
		const header = decodeProtectedHeader(token);
		expect(header.alg).to.equal('ES256');
		const pem = `-----BEGIN CERTIFICATE-----\n${header.x5c?.[0] ?? ''}\n-----END CERTIFICATE-----`;
		const { payload } = await jwtVerify(token, await importX509(pem, 'ES256'), {
			audience: service,
			issuer: 'api.holdfast.test',
			subject: `d_${device.uuid}`,
		});
		expect((payload.exp ?? 0) - (payload.iat ?? 0)).to.equal(4 * 3600);
		expect(payload.access).to.deep.equal([
			{ type: 'repository', name: repository, actions: ['pull'] },
		]);
	});

	it('must leave actions empty for what a device may not do, and not refuse', async () => {
		const scopes = [
			`repository:${repository}:push`,
			`repository:v2/${'0'.repeat(32)}:pull`,
			'registry:catalog:*',
		];
		const actions = z
			.array(z.object({ actions: z.array(z.string()) }))
			.parse(await accessOf({ ...asDevice(), scopes }));
		expect(actions.map((one) => one.actions)).to.deep.equal([[], [], []]);
	});

	it('must give no device of another fleet the image', async () => {
		const body = {
			application: 2,
			uuid: 'e'.repeat(32),
			device_type: 'generic-amd64',
			api_key: 'E',
		};
		await test.send({
			method: 'POST',
			path: '/device/register',
			key: otherFleet.provisioningKey,
			body,
		});
		const scopes = [`repository:${repository}:pull`];
		const access = await accessOf({ user: `d_${'e'.repeat(32)}`, password: 'E', scopes });
		expect(access).to.have.nested.property('[0].actions').that.deep.equals([]);
	});

	it('must let the user pull and push what was allotted, and nothing else', async () => {
		const { main } = await test.client.allocateImages('acceptance', { main: 'content' });
		const allotted = main?.location.replace(`${service}/`, '') ?? '';
		const scopes = [
			`repository:${allotted}:pull,push`,
			`repository:v2/${'0'.repeat(32)}:pull,push`,
		];
		const access = await accessOf({ user: 'user', password: 'user-key', scopes });
		expect(access).to.have.nested.property('[0].actions').that.deep.equals(['pull', 'push']);
		expect(access).to.have.nested.property('[1].actions').that.deep.equals([]);
	});

	it('must give an anonymous caller a token for nothing', async () => {
		const access = await accessOf({ scopes: [`repository:${repository}:pull`] });
		expect(access).to.have.nested.property('[0].actions').that.deep.equals([]);
	});

	for (const c of [
		{ name: 'a password nobody has', asked: { user: `d_${'d'.repeat(32)}`, password: 'nobody' } },
		{ name: 'a device key under another name', asked: { user: 'user', password: 'key-of-d' } },
	]) {
		it(`must refuse ${c.name} with 401`, async () => {
			expect((await ask(c.asked)).status).to.equal(401);
		});
	}
});

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { systemClock } from '../kit/clock.ts';
import { createHttpClient } from './http.ts';
import { createRegistryRealm } from './registry-realm.ts';

describe('createRegistryRealm', () => {
	let server: Server;
	let challenge = '';
	let asked = 0;
	before((done) => {
		server = createServer((_request, response) => {
			asked += 1;
			response.writeHead(401, { 'www-authenticate': challenge }).end();
		}).listen(0, '127.0.0.1', done);
	});
	after((done) => {
		server.closeAllConnections();
		server.close(done);
	});

	const registryOf = (): string => `127.0.0.1:${(server.address() as AddressInfo).port}`;
	const ask = async (apiEndpoint: string, times = 1): Promise<boolean> => {
		const http = createHttpClient({ userAgent: () => Promise.resolve('x'), clock: systemClock });
		const realm = createRegistryRealm({ http });
		for (let time = 1; time < times; time += 1) await realm.isNamedBy(registryOf(), apiEndpoint);
		const answer = await realm.isNamedBy(registryOf(), apiEndpoint);
		http.close();
		return answer;
	};

	const cases = [
		{
			name: 'its realm is the API',
			realm: 'Bearer realm="http://api.test:81/auth/v1/token",service="r"',
			named: true,
		},
		{
			name: 'its realm is another host',
			realm: 'Bearer realm="http://evil.test/auth/v1/token"',
			named: false,
		},
		{ name: 'it wants the key itself', realm: 'Basic realm="http://api.test:81/"', named: false },
		{ name: 'it wants nothing', realm: '', named: false },
	];
	for (const { name, realm, named } of cases) {
		it(`must answer ${named} when ${name}`, async () => {
			challenge = realm;
			expect(await ask('http://api.test:81')).to.equal(named);
		});
	}

	it('must not believe plain HTTP when the API is spoken to in https', async () => {
		challenge = 'Bearer realm="https://api.test/auth/v1/token"';
		expect(await ask('https://api.test')).to.equal(false);
	});

	it('must ask a registry that answered only once', async () => {
		challenge = 'Bearer realm="http://api.test:81/auth/v1/token"';
		asked = 0;
		await ask('http://api.test:81', 3);
		expect(asked).to.equal(1);
	});
});

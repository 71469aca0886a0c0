import dns, { type LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import sinon from 'sinon';
import { systemClock } from '../kit/clock.ts';
import { messageOf } from '../kit/errors.ts';
import { createDialer, type DialerDeps } from './dialer.ts';
import { createHttpClient, type HttpClient } from './http.ts';
import { createNameLookup } from './name-lookup.ts';
import { skipTest } from '../../test/support/skip-test.ts';
import { listenSilently, type SilentListener } from './testing/silent-listener.ts';

const never = new AbortController().signal;
const here: RequestListener = (_req, res) => void res.end('here');

/** Containers often have no IPv6, not even within. */
async function hasIpv6(): Promise<boolean> {
	const server = createServer(here);
	const isThere = once(server.listen(0, '::1'), 'listening').then(
		() => true,
		() => false,
	);
	return isThere.finally(() => server.close());
}

describe('createDialer', () => {
	let servers: Server[];
	let clients: HttpClient[];
	let silent: SilentListener | undefined;
	beforeEach(() => {
		[servers, clients, silent] = [[], [], undefined];
	});
	afterEach(async () => {
		sinon.restore();
		for (const client of clients) client.close();
		for (const server of servers) {
			server.closeAllConnections();
			server.close();
		}
		await silent?.close();
	});

	async function listen(host: string, { port = 0, listener = here } = {}): Promise<number> {
		const server = createServer(listener);
		servers.push(server);
		server.listen(port, host);
		await once(server, 'listening');
		return (server.address() as AddressInfo).port;
	}

	function ask(url: string, deps: DialerDeps & { timeoutMs?: number } = {}): Promise<string> {
		const http = createHttpClient({
			userAgent: () => Promise.resolve('x'),
			timeoutMs: () => deps.timeoutMs ?? 59_000,
			dialer: createDialer(deps),
			clock: systemClock,
		});
		clients.push(http);
		return http.send({ method: 'GET', url, signal: never }).then(({ text }) => text, messageOf);
	}

	const resolveTo = (...found: LookupAddress[]) =>
		sinon.stub(dns, 'lookup').callsArgWith(2, null, found);
	const four = { address: '127.0.0.1', family: 4 };
	const six = { address: '::1', family: 6 };

	describe('to IPv6', () => {
		before(async function () {
			if (!(await hasIpv6())) skipTest(this, 'this computer has no address ::1');
		});

		it('must reach a host that has only IPv6', async () => {
			const port = await listen('::1');
			expect(await ask(`http://[::1]:${port}`)).to.equal('here');
			resolveTo(six);
			expect(await ask(`http://cloud.invalid:${port}`)).to.equal('here');
		});

		it('must reach a host of both families that listens on IPv4 only, and one on IPv6 only', async () => {
			const [onFour, onSix] = [await listen('127.0.0.1'), await listen('::1')];
			resolveTo(six, four);
			expect(await ask(`http://cloud.invalid:${onFour}`)).to.equal('here');
			expect(await ask(`http://cloud.invalid:${onSix}`)).to.equal('here');
		});

		it('must not wait for an IPv6 address that swallows everything when IPv4 answers', async () => {
			silent = await listenSilently('::1');
			await listen('127.0.0.1', { port: silent.port });
			resolveTo(six, four);
			expect(await ask(`http://cloud.invalid:${silent.port}`)).to.equal('here');
		});

		it('must tell that no connection came about when the only address swallows everything', async () => {
			silent = await listenSilently('::1');
			const said = await ask(`http://[::1]:${silent.port}`, { timeoutMs: 300 });
			expect(said).to.match(/no connection came about within 1 s|did not answer in time/);
		});
	});

	it('must give up on a name server that is silent', async () => {
		sinon.stub(dns, 'lookup');
		expect(await ask('http://cloud.invalid/', { timeoutMs: 100 })).to.match(/cannot be reached/);
	});

	it('must go through a proxy, and tell the whole address to it', async () => {
		const port = await listen('127.0.0.1', { listener: (req, res) => res.end(req.url) });
		const proxyFor = () => `http://127.0.0.1:${port}/`;
		const url = 'http://cloud.invalid/ping?a=b';
		expect(await ask(url, { proxyFor })).to.equal(url);
	});

	it('must tell what the proxy has against it', async () => {
		const port = await listen('127.0.0.1');
		servers[0]?.on('connect', (_req, socket) => {
			socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
		});
		const proxyFor = () => `http://127.0.0.1:${port}/`;
		expect(await ask('https://cloud.invalid/ping', { proxyFor })).to.equal(
			`The cloud API at cloud.invalid cannot be reached: the proxy 127.0.0.1:${port} does not let it through (status 407, it wants a user and a password in its address)`,
		);
	});

	it('must tell of a proxy that is not there', async () => {
		const port = await listen('127.0.0.1');
		servers[0]?.close();
		const proxyFor = () => `http://127.0.0.1:${port}/`;
		for (const url of ['https://cloud.invalid/', 'http://cloud.invalid/']) {
			expect(await ask(url, { proxyFor })).to.equal(
				`The cloud API at cloud.invalid cannot be reached through the proxy 127.0.0.1:${port}: it refused the connection`,
			);
		}
	});

	it('must share agents between requests, and give a stream one of its own', async () => {
		const dialer = createDialer();
		const [a, b] = ['http://a.example', 'http://b.example'];
		expect(await dialer.sharedAgent(a)).to.equal(await dialer.sharedAgent(b));
		expect(await dialer.ownAgent(a)).not.to.equal(await dialer.ownAgent(a));
		expect(await dialer.sharedAgent(a)).not.to.equal(await dialer.sharedAgent('https://a.example'));
	});
});

describe('createNameLookup', () => {
	afterEach(() => sinon.restore());

	const asking = (lookup: ReturnType<typeof createNameLookup>, name: string) =>
		new Promise<string>((resolve) => {
			lookup(name, { all: true }, (err, found) => resolve(err?.code ?? JSON.stringify(found)));
		});

	it('must ask a name server that hangs once for a name, however many wait, and give up in time', async () => {
		const asked = sinon.stub(dns, 'lookup');
		const lookup = createNameLookup({ limitMs: 50 });
		const waiting = Array.from({ length: 100 }, () => asking(lookup, 'cloud.invalid'));
		expect(new Set(await Promise.all(waiting))).to.deep.equal(new Set(['ETIMEOUT']));
		expect(await asking(lookup, 'cloud.invalid')).to.equal('ETIMEOUT');
		expect(asked.callCount).to.equal(1);
	});

	it('must ask anew once there was an answer, good or bad', async () => {
		const asked = sinon.stub(dns, 'lookup');
		asked.onFirstCall().callsArgWith(2, Object.assign(new Error('x'), { code: 'ENOTFOUND' }));
		asked.onSecondCall().callsArgWith(2, null, [{ address: '127.0.0.1', family: 4 }]);
		const lookup = createNameLookup();
		expect(await asking(lookup, 'cloud.invalid')).to.equal('ENOTFOUND');
		expect(await asking(lookup, 'cloud.invalid')).to.equal('[{"address":"127.0.0.1","family":4}]');
	});

	it('must give one address to whoever wants one', async () => {
		sinon.stub(dns, 'lookup').callsArgWith(2, null, [{ address: '::1', family: 6 }]);
		const found = await new Promise((resolve) => {
			createNameLookup()('x', {}, (_err, address, family) => resolve([address, family]));
		});
		expect(found).to.deep.equal(['::1', 6]);
	});
});

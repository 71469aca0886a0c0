import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type { Clock } from '../kit/clock.ts';
import { systemClock } from '../kit/clock.ts';
import { decodeAuthority } from './authorities.ts';
import { CertificateDatesError } from './certificate-dates.ts';
import { createDialer, type DialerDeps } from './dialer.ts';
import { createHttpClient } from './http.ts';
import { testCertificate } from './testing/certificate.ts';

const never = new AbortController().signal;

describe('a cloud with a certificate', () => {
	let servers: (http.Server | https.Server)[];
	beforeEach(() => void (servers = []));
	afterEach(() => {
		for (const server of servers) {
			server.closeAllConnections();
			server.close();
		}
	});

	async function listen(server: http.Server | https.Server): Promise<number> {
		servers.push(server);
		server.listen(0, '127.0.0.1');
		await once(server, 'listening');
		return (server.address() as AddressInfo).port;
	}

	async function serve(days: { fromDays?: number; toDays?: number } = {}, name = '127.0.0.1') {
		const { key, cert } = await testCertificate(name, days);
		const port = await listen(https.createServer({ key, cert }, (_req, res) => res.end('here')));
		return { url: `https://127.0.0.1:${port}`, rootCa: cert };
	}

	async function ask(url: string, deps: DialerDeps, clock: Clock = systemClock): Promise<unknown> {
		const dialer = createDialer(deps);
		const client = createHttpClient({ userAgent: () => Promise.resolve('x'), dialer, clock });
		try {
			return (await client.send({ method: 'GET', url, signal: never })).text;
		} catch (err) {
			return err;
		} finally {
			client.close();
		}
	}

	it('must be trusted when its authority is given', async () => {
		const { url, rootCa } = await serve();
		expect(await ask(url, { rootCa })).to.equal('here');
		expect(String(await ask(url, {}))).to.match(
			/not trusted; name the authority with balenaRootCA/,
		);
	});

	it('must be trusted when its authority stands in config.json, and nonsense there is none', async () => {
		const { rootCa } = await serve();
		expect(decodeAuthority(Buffer.from(rootCa).toString('base64'))).to.equal(rootCa);
		for (const text of ['', 'nonsense', rootCa]) {
			expect(decodeAuthority(text)).to.equal(undefined);
		}
	});

	it('must be trusted through a proxy as well, on a connection that stays open', async () => {
		const { url, rootCa } = await serve({}, 'cloud.invalid');
		let tunnels = 0;
		const proxy = http.createServer();
		proxy.on('connect', (req: http.IncomingMessage, client: net.Socket) => {
			tunnels += 1;
			expect(req.url).to.equal(named.replace('https://', ''));
			const onward = net.connect(Number(new URL(url).port), '127.0.0.1', () => {
				client.write('HTTP/1.1 200 OK\r\n\r\n');
				client.pipe(onward).pipe(client);
			});
			onward.on('error', () => client.destroy());
			client.on('error', () => onward.destroy());
			client.on('close', () => onward.destroy());
		});
		const named = url.replace('127.0.0.1', 'cloud.invalid');
		const proxyUrl = `http://127.0.0.1:${await listen(proxy)}/`;
		const dialer = createDialer({ rootCa, proxyFor: () => proxyUrl });
		const client = createHttpClient({
			userAgent: () => Promise.resolve('x'),
			dialer,
			clock: systemClock,
		});
		for (let i = 0; i < 2; i++) {
			const answer = await client.send({ method: 'GET', url: named, signal: never });
			expect(answer.text).to.equal('here');
		}
		client.close();
		expect(tunnels).to.equal(1);
	});

	it('must be trusted when Node was told of its authority (NODE_EXTRA_CA_CERTS)', async function () {
		this.timeout(60_000); // a Node of its own
		const { url, rootCa } = await serve();
		const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-ca-'));
		const file = path.join(folder, 'ca.pem');
		await writeFile(file, rootCa);
		const from = (name: string): string => path.join(import.meta.dirname, name);
		const script = `
			import { createHttpClient } from '${from('http.ts')}';
			import { systemClock } from '${from('../kit/clock.ts')}';
			const http = createHttpClient({ userAgent: async () => 'x', clock: systemClock });
			const { text } = await http.send({ method: 'GET', url: '${url}', signal: new AbortController().signal });
			process.stdout.write(text);
			http.close();
		`;
		const env = { ...process.env, NODE_EXTRA_CA_CERTS: file };
		const options = ['--import', 'tsx', '--input-type=module', '--eval', script];
		const { stdout } = await promisify(execFile)(process.execPath, options, { env });
		await rm(folder, { recursive: true });
		expect(stdout).to.equal('here');
	});

	it('must be told from one that is not valid yet: what the clock says, and since when it is valid', async () => {
		const { url, rootCa } = await serve({ fromDays: 30, toDays: 60 });
		const err = await ask(url, { rootCa });
		if (!(err instanceof CertificateDatesError)) throw new Error(`not the clock: ${String(err)}`);
		expect(err.code).to.equal('CLOUD_UNREACHABLE');
		expect(err.message).to.match(
			/its certificate is not yet valid: the clock of this device says \d{4}-\d\d-\d\d \d\d:\d\d UTC, the certificate is valid from \d{4}-\d\d-\d\d \d\d:\d\d UTC; the clock seems to be wrong$/,
		);
		const inDays = (days: number): Date =>
			new Date(systemClock.now().getTime() + days * 86_400_000);
		expect([0, 29, 31, 61].map((days) => err.fits(inDays(days)))).to.deep.equal([
			...[false, false, true, false],
		]);
	});

	it('must be told from one that has expired', async () => {
		const { url, rootCa } = await serve({ fromDays: -60, toDays: -30 });
		const err = await ask(url, { rootCa });
		expect(err).to.be.instanceOf(CertificateDatesError);
		expect(String(err)).to.match(/has expired: the clock of this device says .* was valid until /);
	});
});

import { once } from 'node:events';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { testCertificate } from '../../../src/cloud/testing/certificate.ts';
import type { FaultInput } from '../../../tools/cloud/dev/faults.ts';

/** What one request meets. */
export interface Trouble {
	readonly name: string;
	/** Played to one request. */
	readonly fault?: Omit<FaultInput, 'match'>;
	/** Where one request goes instead of the cloud. */
	readonly detour?: (places: Places) => string;
	/** Its status is good: whoever looks at nothing else has no trouble. */
	readonly isInBody?: boolean;
}

/** Where requests can go. */
export interface Places {
	/** The cloud. */
	readonly cloud: string;
	/** Somebody whose certificate is not yet valid. */
	readonly early: string;
}

const portal = '<!DOCTYPE html><title>Welcome aboard</title>';

export const troubles: readonly Trouble[] = [
	{ name: 'a closed connection', fault: { drop: true } },
	{ name: 'a half-closed connection', fault: { halfClose: true } },
	{ name: 'half an answer', fault: { truncate: true } },
	{ name: 'latency', fault: { delayMs: 20 } },
	{ name: 'a 401', fault: { status: 401 } },
	{ name: 'a 409', fault: { status: 409, body: '"uuid" must be unique.' } },
	{ name: 'a 429', fault: { status: 429, headers: { 'Retry-After': '1' } } },
	{ name: 'a 500', fault: { status: 500, body: 'oops' } },
	{ name: 'a 503 in HTML', fault: { status: 503, body: '<html>', contentType: 'html' } },
	{
		name: 'half of a JSON text',
		fault: { status: 200, body: '{"d":[{', contentType: 'json' },
		isInBody: true,
	},
	{ name: 'the page of a captive portal', fault: { status: 200, body: portal } },
	{
		name: 'the redirection of a captive portal',
		fault: { status: 302, headers: { Location: 'http://portal.example/' } },
	},
	{ name: 'a name that nobody knows', detour: () => 'http://nobody.invalid' },
	{ name: 'TLS with somebody who has none', detour: ({ cloud }) => toHttps(cloud) },
	{ name: 'a certificate that is not yet valid', detour: ({ early }) => early },
];

function toHttps(url: string): string {
	return url.replace('http:', 'https:');
}

export interface EarlyServer {
	readonly url: string;
	/** Authority of its certificate. */
	readonly rootCa: string;
	close(): void;
}

/** Says `{}` to everybody who overlooks that its certificate is of the future. */
export async function startEarlyServer(): Promise<EarlyServer> {
	const { key, cert } = await testCertificate('127.0.0.1', { fromDays: 30, toDays: 60 });
	const server = https.createServer({ key, cert }, (_req, res) => res.end('{}'));
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	return {
		url: `https://127.0.0.1:${port}`,
		rootCa: cert,
		close() {
			server.closeAllConnections();
			server.close();
		},
	};
}

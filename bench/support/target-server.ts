import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A cloud API cut down to what a measurement needs: it hands out one target and takes every report. */
export interface TargetServer {
	/** As this computer reaches it; the devices of a bridge reach it at the bridge's address. */
	readonly url: string;
	/** The next poll gets this target. */
	setServices(count: number): void;
	/** Resolves with the local API's key, once the supervisor has reported it. */
	apiKey(): Promise<string>;
	close(): Promise<void>;
}

export const benchApp = { uuid: 'be9c4'.padEnd(32, '0'), id: 77 };

/** @param image - image reference every service runs */
export async function startTargetServer(deviceUuid: string, image: string): Promise<TargetServer> {
	let target = documentOf(deviceUuid, { image, count: 0, release: 1 });
	let release = 1;
	let tellKey: (key: string) => void = () => undefined;
	const key = new Promise<string>((resolve) => (tellKey = resolve));
	const server = createServer((request, response) => {
		void answer(request, response, { target: () => target, onKey: (found) => tellKey(found) });
	});
	await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		setServices(count) {
			release += 1;
			target = documentOf(deviceUuid, { image, count, release });
		},
		apiKey: () => key,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

interface Hooks {
	readonly target: () => object;
	readonly onKey: (key: string) => void;
}

async function answer(
	request: IncomingMessage,
	response: ServerResponse,
	hooks: Hooks,
): Promise<void> {
	const url = request.url ?? '';
	if (request.method === 'GET' && url.includes('/state')) {
		sendTarget(request, response, hooks.target());
		return;
	}
	if (url.includes('/log-stream')) {
		request.resume();
		request.once('end', () => response.writeHead(201).end());
		return;
	}
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	const found = /"api_secret":"([^"]+)"/.exec(Buffer.concat(chunks).toString())?.[1];
	if (found !== undefined) hooks.onKey(found);
	const isRead = request.method === 'GET';
	response.writeHead(200, { 'content-type': 'application/json' });
	response.end(isRead ? '{"d":[{"id":1}]}' : '');
}

function sendTarget(request: IncomingMessage, response: ServerResponse, target: object): void {
	const body = JSON.stringify(target);
	const etag = `W/"${createHash('sha1').update(body).digest('hex')}"`;
	if (request.headers['if-none-match'] === etag) {
		response.writeHead(304, { etag }).end();
		return;
	}
	response.writeHead(200, { 'content-type': 'application/json', etag }).end(body);
}

function documentOf(
	deviceUuid: string,
	{ image, count, release }: { image: string; count: number; release: number },
): object {
	const commit = release.toString(16).padStart(32, '0');
	const services = Object.fromEntries(
		Array.from({ length: count }, (_unused, index) => [
			`s${index}`,
			{
				id: index + 1,
				image_id: index + 1,
				image,
				environment: {},
				labels: {},
				composition: { command: ['sleep', 'infinity'], restart: 'always', stop_signal: 'SIGKILL' },
			},
		]),
	);
	return {
		[deviceUuid]: {
			name: 'bench',
			apps: {
				[benchApp.uuid]: {
					id: benchApp.id,
					name: 'bench',
					is_host: false,
					class: 'fleet',
					releases: { [commit]: { id: release, services, networks: {}, volumes: {} } },
				},
			},
			config: { RESIN_SUPERVISOR_POLL_INTERVAL: '900000' },
		},
	};
}

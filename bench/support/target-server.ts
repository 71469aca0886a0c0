import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A cloud API cut down to what a measurement needs: it hands out one target and takes every report. */
export interface TargetServer {
	/** As this computer reaches it; the devices of a bridge reach it at the bridge's address. */
	readonly url: string;
	/** The next poll gets this target, as a new release of the measured app. */
	setTarget(wanted: WantedServices): void;
	/** The next poll gets the last release once more, with these variables in the measured app's services. */
	setVariables(variables: Variables): void;
	/** The next poll gets the same document as the last one, and not the answer that nothing has changed. */
	renewEtag(): void;
	close(): Promise<void>;
}

export interface WantedServices {
	/** Services of the measured app. */
	readonly services: number;
	/**
	 * A second app with one service of the same image: the image stays wanted, and so on the device, while the measured
	 * app has no services.
	 */
	readonly keeper: boolean;
	/** Of the measured app. Default none. */
	readonly variables?: Variables;
	/** The engine keeps more of the measured app's logs than is ever written. Default: as it keeps others. */
	readonly keepsLogs?: boolean;
}

/** A variable of the cloud, which needs no new release. */
export interface Variables {
	/** The first so many services have it. */
	readonly services: number;
	readonly value: string;
}

/** @param image - image reference every service runs */
export async function startTargetServer(deviceUuid: string, image: string): Promise<TargetServer> {
	let wanted: Document = { services: 0, keeper: false, image, release: 1, etags: 1 };
	const server = createServer((request, response) =>
		answer(request, response, { document: documentOf(deviceUuid, wanted), etags: wanted.etags }),
	);
	await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		setTarget(services) {
			const { release, etags } = wanted;
			wanted = { ...services, image, release: release + 1, etags };
		},
		setVariables: (variables) => void (wanted = { ...wanted, variables }),
		renewEtag: () => void (wanted = { ...wanted, etags: wanted.etags + 1 }),
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

interface Target {
	readonly document: object;
	/** A new number makes a new ETag. */
	readonly etags: number;
}

/** The target to who asks for it; to all else as little as is taken for an answer. */
function answer(request: IncomingMessage, response: ServerResponse, target: Target): void {
	const { method, url = '' } = request;
	if (method === 'GET' && url.includes('/state')) {
		sendTarget(request, response, target);
		return;
	}
	const status = url.includes('/log-stream') ? 201 : 200;
	request.resume();
	request.once('end', () => {
		response.writeHead(status, { 'content-type': 'application/json' });
		response.end(method === 'GET' ? '{"d":[{"id":1}]}' : '');
	});
}

function sendTarget(
	request: IncomingMessage,
	response: ServerResponse,
	{ document, etags }: Target,
): void {
	const body = JSON.stringify(document);
	const etag = `W/"${createHash('sha1').update(body).digest('hex')}-${etags}"`;
	if (request.headers['if-none-match'] === etag) {
		response.writeHead(304, { etag }).end();
		return;
	}
	response.writeHead(200, { 'content-type': 'application/json', etag }).end(body);
}

interface Document extends WantedServices, Pick<Target, 'etags'> {
	readonly image: string;
	/** A new number makes a new release. */
	readonly release: number;
}

function documentOf(deviceUuid: string, wanted: Document): object {
	const { keeper, image } = wanted;
	const measured = appOf('bench', { ...wanted, id: 77 });
	const kept = appOf('keeper', { id: 78, release: 1, services: 1, image });
	return {
		[deviceUuid]: {
			name: 'bench',
			apps: {
				['be9c4'.padEnd(32, '0')]: measured,
				...(keeper ? { ['beeb'.padEnd(32, '0')]: kept } : {}),
			},
			config: { RESIN_SUPERVISOR_POLL_INTERVAL: '900000' },
		},
	};
}

interface App {
	readonly id: number;
	readonly release: number;
	readonly services: number;
	readonly image: string;
	readonly variables?: Variables;
	readonly keepsLogs?: boolean;
}

/** Of a service whose log is not rotated while it is measured. */
export const wholeLog = { logging: { driver: 'json-file', options: { 'max-size': '500m' } } };

function appOf(name: string, { id, release, services, image, variables, keepsLogs }: App): object {
	const commit = `${id}${release.toString(16).padStart(30, '0')}`;
	const composition = {
		command: ['sleep', 'infinity'],
		restart: 'always',
		stop_signal: 'SIGKILL',
		...(keepsLogs === true ? wholeLog : {}),
	};
	const entries = Array.from({ length: services }, (_unused, index): [string, object] => {
		const serviceId = id * 1000 + index;
		const ids = { id: serviceId, image_id: serviceId };
		const environment = index < (variables?.services ?? 0) ? { MODE: variables?.value } : {};
		return [`s${index}`, { ...ids, image, environment, labels: {}, composition }];
	});
	// Named, so that it stays when no service is left: the engine makes it outside of what is measured, for both.
	const networks = { default: {} };
	const content = { id: id * 1000 + release, services: Object.fromEntries(entries) };
	return {
		...{ id, name, is_host: false, class: 'fleet' },
		releases: { [commit]: { ...content, networks, volumes: {} } },
	};
}

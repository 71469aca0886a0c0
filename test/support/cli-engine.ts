import { pack } from 'tar-stream';
import { buffer } from 'node:stream/consumers';

/** The engine as a command-line client uses it: on its port, past the supervisor. */
export interface CliEngine {
	/** What is asked before a build: images, version, and the base image's registry. */
	look(baseImage: string): Promise<readonly string[]>;
	/** @throws when the build fails */
	build(build: CliBuild): Promise<void>;
	/** The container's own id and start. @throws when there is none */
	inspect(containerId: string): Promise<{ readonly id: string; readonly startedAt: string }>;
	putFile(containerId: string, name: string, content: string): Promise<void>;
	kill(containerId: string): Promise<void>;
	start(containerId: string): Promise<void>;
	/** @throws when there is none */
	remove(containerId: string): Promise<void>;
}

export interface CliBuild {
	readonly tag: string;
	readonly serviceName: string;
	readonly dockerfile: string;
	readonly cacheFrom: readonly string[];
}

type Call = (method: string, path: string, options?: CallOptions) => Promise<Response>;

interface CallOptions {
	readonly body?: Uint8Array | undefined;
	/** Statuses that are as good as success. */
	readonly tolerated?: readonly number[];
}

/** @param note - told each request: `engine GET /version` */
export function createCliEngine(url: string, note: (request: string) => void): CliEngine {
	const call: Call = async (method, path, { body, tolerated = [] } = {}) => {
		note(`engine ${method} ${path.split('?')[0] ?? ''}`);
		const headers = { 'content-type': 'application/x-tar' };
		const request = body === undefined ? { method } : { method, headers, body };
		const response = await fetch(`${url}${path}`, request);
		if (response.ok || tolerated.includes(response.status)) return response;
		throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
	};
	return {
		async look(baseImage) {
			const listed = await call('GET', '/images/json?all=true');
			const images = (await listed.json()) as { readonly Id: string }[];
			await (await call('GET', '/version')).text();
			await (await call('GET', '/version')).text();
			const path = `/distribution/${baseImage}/json`;
			await (await call('GET', path, { tolerated: [401, 403, 404, 500] })).text();
			return images.map(({ Id }) => Id);
		},
		build: (build) => runBuild(build, call),
		async inspect(containerId) {
			const answer = await call('GET', `/containers/${containerId}/json`);
			const { Id, State } = (await answer.json()) as RawContainer;
			return { id: Id, startedAt: State.StartedAt };
		},
		async putFile(containerId, name, content) {
			const body = await archiveOf({ [name]: content });
			await call('PUT', `/containers/${containerId}/archive?path=/`, { body });
		},
		async kill(containerId) {
			await call('POST', `/containers/${containerId}/kill`);
		},
		async start(containerId) {
			await call('POST', `/containers/${containerId}/start`, { tolerated: [304] });
		},
		async remove(containerId) {
			await call('DELETE', `/containers/${containerId}?force=true`);
		},
	};
}

interface RawContainer {
	readonly Id: string;
	readonly State: { readonly StartedAt: string };
}

async function runBuild({ tag, serviceName, dockerfile, cacheFrom }: CliBuild, call: Call) {
	const query = new URLSearchParams({
		t: tag,
		labels: JSON.stringify({
			'io.resin.local.image': '1',
			'io.resin.local.service': serviceName,
		}),
		cachefrom: JSON.stringify(cacheFrom),
		forcerm: 'true',
		pull: 'false',
	});
	const body = await archiveOf({ Dockerfile: dockerfile });
	const answer = await call('POST', `/build?${query.toString()}`, { body });
	const failure = /"error":"([^"]*)"/.exec(await answer.text());
	if (failure !== null) throw new Error(`build of ${serviceName}: ${failure[1] ?? ''}`);
}

async function archiveOf(files: Readonly<Record<string, string>>): Promise<Uint8Array> {
	const archive = pack();
	for (const [name, content] of Object.entries(files)) archive.entry({ name }, content);
	archive.finalize();
	return Uint8Array.from(await buffer(archive));
}

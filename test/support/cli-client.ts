import { imageNames, targetStateOf, type CliGeneration, type CliProject } from './cli-documents.ts';
import { createCliEngine, type CliEngine } from './cli-engine.ts';
import { openCliLog, type CliLog } from './cli-log.ts';

export interface CliClientOptions {
	/** Addresses without a slash at the end. */
	readonly supervisorUrl: string;
	readonly engineUrl: string;
	readonly generation: CliGeneration;
	/** Named in the Dockerfiles; on the engine already. */
	readonly baseImage: string;
}

export interface PushOptions {
	/** `--detached`: no logs. */
	readonly isDetached?: boolean;
	/** `--nolive`: no session. */
	readonly isNotLive?: boolean;
}

/** A live session of `push`. */
export interface CliSession {
	/** Absent when detached. */
	readonly log: CliLog | undefined;
	/** By service name, as they are followed. */
	readonly containers: Readonly<Record<string, string>>;
	/** A file changed: it is copied into the container, which is killed and started. */
	changeFile(serviceName: string, name: string, content: string): Promise<void>;
	/** The Dockerfile changed: the image is built anew, and its container made anew. */
	rebuild(serviceName: string, dockerfile: string): Promise<void>;
}

/**
 * Does what balena-cli does to a device on the local network, request by request and without a key, and fails where it
 * would. What it retries for a minute fails at once here.
 */
export interface CliClient {
	/** Every request so far: `GET /ping`, `engine POST /build`. */
	readonly requests: readonly string[];
	/** `device logs`. */
	logs(): Promise<CliLog>;
	/** `push`. */
	push(project: CliProject, options?: PushOptions): Promise<CliSession>;
}

export function createCliClient(options: CliClientOptions): CliClient {
	return new Client(options);
}

/** Between two questions for the status. */
const askEveryMs = 1000;
const settledWithinMs = 120_000;

interface Status {
	readonly status?: unknown;
	readonly appState?: unknown;
	readonly containers: readonly { readonly serviceName: string; readonly containerId: string }[];
}

class Client implements CliClient {
	readonly requests: string[] = [];
	readonly #options: CliClientOptions;
	readonly #engine: CliEngine;

	constructor(options: CliClientOptions) {
		this.#options = options;
		this.#engine = createCliEngine(options.engineUrl, (request) => this.requests.push(request));
	}

	async logs(): Promise<CliLog> {
		await this.#ask('GET', '/ping');
		return this.#openLog();
	}

	async push(
		project: CliProject,
		{ isDetached, isNotLive }: PushOptions = {},
	): Promise<CliSession> {
		const { generation, baseImage } = this.#options;
		await this.#ask('GET', '/ping');
		await this.#requireVersion();
		const cacheFrom = await this.#engine.look(baseImage);
		await this.#requireDeviceInfo();
		for (const [serviceName, dockerfile] of Object.entries(project.dockerfiles)) {
			const { tag } = imageNames(generation, serviceName);
			await this.#engine.build({ tag, serviceName, dockerfile, cacheFrom });
		}
		await this.#setTarget(project);
		const log = isDetached === true ? undefined : await this.#openLog();
		if (isNotLive === true) return this.#session(project, { log, containers: {} });
		await this.#requireDeviceInfo();
		const { containers } = await this.#untilApplied();
		const ids = new Map(containers.map((one) => [one.serviceName, one.containerId]));
		return this.#session(project, { log, containers: Object.fromEntries(ids) });
	}

	#session(
		project: CliProject,
		{ log, containers }: { log: CliLog | undefined; containers: Record<string, string> },
	): CliSession {
		const idOf = (serviceName: string): string => {
			const id = containers[serviceName];
			if (id === undefined) throw new Error(`no container of ${serviceName}`);
			return id;
		};
		return {
			log,
			containers,
			changeFile: async (serviceName, name, content) => {
				const id = idOf(serviceName);
				await this.#engine.inspect(id);
				await this.#engine.putFile(id, name, content);
				await this.#engine.kill(id);
				await this.#engine.start(id);
			},
			rebuild: async (serviceName, dockerfile) => {
				const { tag } = imageNames(this.#options.generation, serviceName);
				await this.#engine.build({ tag, serviceName, dockerfile, cacheFrom: [] });
				await this.#engine.remove(await this.#containerId(serviceName));
				await this.#setTarget(project);
				const found = (await this.#untilApplied()).containers.find(
					(one) => one.serviceName === serviceName,
				);
				if (found === undefined) throw new Error('Could not find new container');
				await this.#engine.inspect(found.containerId);
				containers[serviceName] = found.containerId;
			},
		};
	}

	async #setTarget(project: CliProject): Promise<void> {
		const { state } = await this.#json('GET', '/v2/local/target-state');
		const { local } = state as { readonly local?: Record<string, unknown> };
		if (local === undefined) throw new Error('no state.local');
		const body = targetStateOf(project, this.#options.generation, local);
		await this.#ask('POST', '/v2/local/target-state', body);
	}

	async #untilApplied(): Promise<Status> {
		const deadlineMs = performance.now() + settledWithinMs;
		for (;;) {
			const status = (await this.#json('GET', '/v2/state/status')) as unknown as Status;
			if (status.status !== 'success') throw new Error('the status is no success');
			if (status.appState === 'applied') return status;
			if (performance.now() > deadlineMs) throw new Error(`still ${JSON.stringify(status)}`);
			await new Promise((resolve) => setTimeout(resolve, askEveryMs));
		}
	}

	async #containerId(serviceName: string): Promise<string> {
		const { containerId } = await this.#json('GET', `/v2/containerId?serviceName=${serviceName}`);
		if (typeof containerId !== 'string') throw new Error(`no container of ${serviceName}`);
		return containerId;
	}

	async #requireVersion(): Promise<void> {
		const response = await this.#ask('GET', '/v2/version');
		const type = response.headers.get('content-type') ?? '';
		const { status, version } = (await response.json()) as Record<string, unknown>;
		const isUsable = typeof version === 'string' && /^v?\d+\.\d+\.\d+(\+.*)?$/.test(version);
		const isNewEnough = Number.parseInt(String(version), 10) >= 10;
		if (!type.startsWith('application/json') || status !== 'success' || !isUsable || !isNewEnough) {
			throw new Error(`does not support multicontainer local mode: ${type} ${String(version)}`);
		}
	}

	async #requireDeviceInfo(): Promise<void> {
		const { info } = await this.#json('GET', '/v2/local/device-info');
		const { arch, deviceType } = info as { readonly arch?: unknown; readonly deviceType?: unknown };
		if (typeof arch !== 'string' || typeof deviceType !== 'string') throw new Error('no info');
	}

	#openLog(): Promise<CliLog> {
		this.requests.push('GET /v2/local/logs');
		return openCliLog(`${this.#options.supervisorUrl}/v2/local/logs`);
	}

	async #json(method: string, path: string): Promise<Record<string, unknown>> {
		return (await (await this.#ask(method, path)).json()) as Record<string, unknown>;
	}

	async #ask(method: string, path: string, body?: object): Promise<Response> {
		this.requests.push(`${method} ${path}`);
		const response = await fetch(`${this.#options.supervisorUrl}${path}`, {
			method,
			headers: {
				'user-agent': 'node',
				'accept-encoding': 'compress, gzip',
				...(body === undefined ? {} : { 'content-type': 'application/json' }),
			},
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
		if (response.ok) return response;
		throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
	}
}

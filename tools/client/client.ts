import createFetchClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './schema.ts';

/** Every call of v3, typed by the OpenAPI document: `client.GET('/v3/status')`. */
export type V3Client = Client<paths>;

/** The named forms of the document: `Schemas['Status']`. */
export type Schemas = components['schemas'];

export interface ClientOptions {
	/** `http://device:48484`; default: the page's own origin. */
	readonly baseUrl?: string | undefined;
	/** Asked for each request; undefined: none is sent. */
	readonly key?: (() => string | undefined) | undefined;
	/** Default: the platform's. */
	readonly fetch?: typeof globalThis.fetch | undefined;
}

/** @returns the headers of a request with this key */
export function keyHeaders(key: string | undefined): Record<string, string> {
	return key === undefined || key === '' ? {} : { Authorization: `Bearer ${key}` };
}

/** A client of the local API's v3. Works in browsers and in Node. */
export function createV3Client({ baseUrl = '', key, fetch }: ClientOptions = {}): V3Client {
	const client = createFetchClient<paths>({
		baseUrl,
		...(fetch === undefined ? {} : { fetch: (request: Request) => fetch(request) }),
	});
	client.use({
		onRequest({ request }) {
			for (const [name, value] of Object.entries(keyHeaders(key?.()))) {
				request.headers.set(name, value);
			}
			return request;
		},
	});
	return client;
}

/** What a device answered that did not do as asked. */
export class DeviceProblem extends Error {
	/** HTTP status. */
	readonly status: number;
	/** Absent where something between answered, and not the device. */
	readonly problem: Schemas['Problem'] | undefined;

	constructor(status: number, problem: Schemas['Problem'] | undefined) {
		super(problem?.detail ?? `the device answered with status ${status}`);
		this.name = 'DeviceProblem';
		this.status = status;
		this.problem = problem;
	}
}

interface FetchResult<T> {
	readonly data?: T;
	readonly error?: unknown;
	readonly response: Response;
}

/** @returns the answer's content @throws {DeviceProblem} when the device refused or failed */
export async function unwrap<T>(call: Promise<FetchResult<T>>): Promise<T> {
	const { data, error, response } = await call;
	if (!response.ok) throw new DeviceProblem(response.status, asProblem(error));
	return data as T; // what the document says of a good answer; undefined for one without a body
}

export function asProblem(value: unknown): Schemas['Problem'] | undefined {
	const isProblem = typeof value === 'object' && value !== null && 'code' in value;
	return isProblem ? (value as Schemas['Problem']) : undefined;
}

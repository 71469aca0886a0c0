import request from 'supertest';
import type { ApiDeps } from '../../deps.ts';
import { depsOf, globalKey, type Calls } from '../../testing/fixture.ts';
import { apiOf } from '../../testing/serve.ts';

export interface Served {
	/** Asks with the global key, or another. */
	readonly ask: (operation: string, options?: AskOptions) => Promise<request.Response>;
	readonly calls: Calls;
}

interface AskOptions {
	readonly body?: object;
	/** Sent as JSON, whatever it is. */
	readonly text?: string;
	/** Sent as they are; their type is in `headers`. */
	readonly bytes?: Uint8Array;
	/** null: none */
	readonly key?: string | null;
	readonly headers?: Readonly<Record<string, string>>;
}

/** The local API in this process, over noted dependencies. */
export function serve(overrides: Partial<ApiDeps> = {}): Served {
	const calls: Calls = { log: [] };
	const deps = depsOf(calls, overrides);
	const agent = request(apiOf(deps, { pageFile: deps.v3.pageFile }));
	return {
		calls,
		ask: async (operation, { body, text, bytes, key = globalKey, headers = {} } = {}) => {
			const [method = '', path = ''] = operation.split(' ');
			const sent = agent[method.toLowerCase() as 'get' | 'post' | 'delete'](path);
			if (key !== null) void sent.set('Authorization', `Bearer ${key}`);
			void sent.set(headers);
			if (bytes !== undefined) return sent.serialize((same: unknown) => same as string).send(bytes);
			if (text !== undefined) return sent.type('json').send(text);
			return body === undefined ? sent : sent.send(body);
		},
	};
}

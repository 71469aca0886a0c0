import { systemClock } from '../../kit/clock.ts';
import { createHttpClient, type HttpClient } from '../http.ts';

/** A request that the cloud has seen. */
export interface SeenRequest {
	readonly method: string;
	/** Without the query. */
	readonly path: string;
	readonly query: Readonly<Record<string, unknown>>;
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
	readonly body?: unknown;
	/** 0 as long as there is no answer, or when the connection was closed without one. */
	readonly status: number;
}

/** What the benches need of the development cloud, which no folder of the product may import. */
export interface CloudUnderTest {
	/** Base address. */
	readonly url: string;
	readonly cloud: {
		readonly journal: {
			list(filter: { readonly method?: string; readonly path: string }): readonly SeenRequest[];
		};
	};
}

/** A client as the supervisor has it, without proxies or authorities of its own. */
export function createTestHttp(): HttpClient {
	return createHttpClient({
		userAgent: () => Promise.resolve('Supervisor/20.0.0'),
		clock: systemClock,
	});
}

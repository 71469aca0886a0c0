import type { z } from 'zod';
import type { NamedScope } from '../ports/state-store.ts';
import type { Answer } from './answer.ts';
import type { Caller } from './auth.ts';

export type Method = 'get' | 'post' | 'patch' | 'put' | 'delete';

/**
 * Who may call: anybody; the holder of any key, where the handler asks whether it reaches an app; the holder of a key
 * with a scope, as long as the keys of apps are not taken for these as well (`SUPERVISOR_API_SCOPES`).
 */
export type Access = 'open' | 'key' | NamedScope;

export interface RouteInput<Params, Query, Body> {
	readonly params: Params;
	readonly query: Query;
	readonly body: Body;
	readonly caller: Caller;
	/** @param name - in any case. @returns the header of the request, several of one name as one */
	readonly header: (name: string) => string | undefined;
	/** Fires when the client goes away or the server closes. */
	readonly signal: AbortSignal;
	/**
	 * The body of a request of one of the route's upload types as it comes, unread; undefined for any other request. It
	 * may be longer than a request may take otherwise; a silence of a minute ends it.
	 */
	readonly upload?: AsyncIterable<Uint8Array> | undefined;
}

/** A route as the server sees it: everything is unknown until its schemas have read it. */
export interface Route {
	readonly method: Method;
	readonly path: string;
	readonly access: Access;
	/** A body that comes along is left unread, whatever it is. Default false. */
	readonly ignoresBody?: boolean | undefined;
	/** Media types of bodies that the handler reads itself. Default none. */
	readonly uploads?: readonly string[] | undefined;
	/** One sentence for people. */
	readonly doc: string;
	readonly run: (input: RouteInput<unknown, unknown, unknown>) => Promise<Answer>;
	readonly schemas: {
		readonly params?: z.ZodType;
		readonly query?: z.ZodType;
		readonly body?: z.ZodType;
	};
}

interface RouteDefinition<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> {
	readonly method: Method;
	readonly path: string;
	readonly access: Access;
	readonly ignoresBody?: boolean;
	readonly uploads?: readonly string[];
	readonly doc: string;
	readonly params?: P;
	readonly query?: Q;
	readonly body?: B;
	readonly handle: (
		input: RouteInput<z.infer<P>, z.infer<Q>, z.infer<B>>,
	) => Answer | Promise<Answer>;
}

/** A route is a row: what express mounts, what documents are made from. Unread parts of a request are `undefined`. */
export function defineRoute<
	P extends z.ZodType = z.ZodUndefined,
	Q extends z.ZodType = z.ZodUndefined,
	B extends z.ZodType = z.ZodUndefined,
>(definition: RouteDefinition<P, Q, B>): Route {
	const { method, path, access, ignoresBody, uploads, doc, params, query, body, handle } =
		definition;
	const read = <T extends z.ZodType>(schema: T | undefined, value: unknown): z.infer<T> =>
		// Without a schema T is ZodUndefined, whose output is undefined.
		schema === undefined ? (undefined as z.infer<T>) : schema.parse(value ?? {});
	return {
		method,
		path,
		access,
		ignoresBody,
		uploads,
		doc,
		schemas: {
			...(params && { params }),
			...(query && { query }),
			...(body && { body }),
		},
		run: async (input) =>
			handle({
				params: read(params, input.params),
				query: read(query, input.query),
				body: read(body, input.body),
				caller: input.caller,
				header: input.header,
				upload: input.upload,
				get signal() {
					return input.signal; // made for those who ask for it
				},
			}),
	};
}

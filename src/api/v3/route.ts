import type { z } from 'zod';
import type { ErrorCode } from '../../kit/error-codes.ts';
import type { ComponentName, Told } from '../../model/v3/components.ts';
import type { Answer } from '../answer.ts';
import { defineRoute, type Access, type Method, type Route, type RouteInput } from '../route.ts';

/** Chapters of the document. */
export type Tag = 'device' | 'apps' | 'plan' | 'watch' | 'about';

/** What an endpoint answers when all is well, as the document tells it. */
export interface DescribedAnswer {
	readonly status: number;
	/** Default: as the schema of its JSON is described. */
	readonly doc?: string;
	/**
	 * By media type; `undefined`: text without a schema, `object`: any JSON object. Empty: no body. Schemas are named and
	 * not held, so that only those who ask for the document have them in memory.
	 */
	readonly content: Readonly<Record<string, ComponentName | 'object' | undefined>>;
}

/** A route of v3 with all that the OpenAPI document says of it. */
export interface V3Route extends Route {
	readonly operationId: string;
	readonly tag: Tag;
	readonly answer: DescribedAnswer;
	/** Codes it may fail with, beside those that every route of its kind has. */
	readonly errors: readonly ErrorCode[];
}

interface Definition<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> {
	readonly method: Method;
	readonly path: string;
	/** Default: a key is needed. */
	readonly access?: Access;
	/** Name of the call in clients: `getStatus`. */
	readonly operationId: string;
	readonly tag: Tag;
	/** One sentence for people. */
	readonly doc: string;
	readonly params?: P;
	readonly query?: Q;
	readonly body?: B;
	/** Media types that the body may have beside JSON; the handler finds it in `upload`, and `body` is then of no JSON. */
	readonly uploads?: readonly string[];
	readonly errors?: readonly ErrorCode[];
}

type Input<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> = RouteInput<
	z.infer<P>,
	z.infer<Q>,
	z.infer<B>
>;

interface JsonDefinition<
	P extends z.ZodType,
	Q extends z.ZodType,
	B extends z.ZodType,
	A extends ComponentName,
> extends Definition<P, Q, B> {
	readonly answer: A;
	/** Default 200. */
	readonly status?: number;
	readonly handle: (input: Input<P, Q, B>) => Told<A> | Promise<Told<A>>;
}

/** A route that answers JSON of one form. */
export function defineV3Route<
	A extends ComponentName,
	P extends z.ZodType = z.ZodUndefined,
	Q extends z.ZodType = z.ZodUndefined,
	B extends z.ZodType = z.ZodUndefined,
>(definition: JsonDefinition<P, Q, B, A>): V3Route {
	const { answer, status = 200, handle } = definition;
	return defineV3RawRoute<P, Q, B>({
		...definition,
		answer: { status, content: { 'application/json': answer } },
		handle: async (input) => ({ kind: 'json', status, json: await handle(input) }),
	});
}

interface RawDefinition<
	P extends z.ZodType,
	Q extends z.ZodType,
	B extends z.ZodType,
> extends Definition<P, Q, B> {
	readonly answer: DescribedAnswer;
	readonly handle: (input: Input<P, Q, B>) => Answer | Promise<Answer>;
}

/** A route that answers something else: a stream, a page, nothing. */
export function defineV3RawRoute<
	P extends z.ZodType = z.ZodUndefined,
	Q extends z.ZodType = z.ZodUndefined,
	B extends z.ZodType = z.ZodUndefined,
>(definition: RawDefinition<P, Q, B>): V3Route {
	const { operationId, tag, answer, errors = [], access = 'key' } = definition;
	return { ...defineRoute({ ...definition, access }), operationId, tag, answer, errors };
}

import { expect } from 'chai';
import fc, { type Arbitrary } from 'fast-check';
import { depsOf } from '../testing/fixture.ts';
import { openApiDocument } from './openapi.ts';
import { v3Routes } from './routes.ts';
import { serve } from './testing/agent.ts';
import { createConformance } from './testing/conforms.ts';

interface Schema {
	readonly type?: string;
	readonly enum?: readonly unknown[];
	readonly anyOf?: readonly Schema[];
	readonly format?: string;
	readonly minimum?: number;
	readonly maximum?: number;
	readonly properties?: Readonly<Record<string, Schema>>;
	readonly required?: readonly string[];
	readonly additionalProperties?: Schema | boolean;
	readonly items?: Schema;
	readonly $ref?: string;
}

interface Operation {
	readonly parameters: readonly { name: string; in: string; required: boolean; schema: Schema }[];
	readonly requestBody?: { readonly content: Record<string, { schema: Schema }> };
	readonly responses: Readonly<Record<string, { content?: Record<string, unknown> }>>;
}

interface Document {
	readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
	readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const document = openApiDocument(v3Routes(depsOf({ log: [] })), {
	version: '20.0.0',
}) as unknown as Document;

/** Values that the schema allows, and now and then one that it does not. */
function valueOf(schema: Schema): Arbitrary<unknown> {
	return fc.oneof(
		{ weight: 4, arbitrary: fitting(schema) },
		{ weight: 1, arbitrary: fc.jsonValue() },
	);
}

function fitting(schema: Schema): Arbitrary<unknown> {
	const { $ref, enum: choices, anyOf, type, format, minimum = -5, maximum = 1000 } = schema;
	if ($ref !== undefined)
		return valueOf(document.components.schemas[$ref.split('/').at(-1) ?? ''] ?? {});
	if (choices !== undefined) return fc.constantFrom(...choices);
	if (anyOf !== undefined) return fc.oneof(...anyOf.map(valueOf));
	if (type === 'integer') return fc.integer({ min: minimum, max: maximum });
	if (type === 'number') return fc.double({ noNaN: true });
	if (type === 'boolean') return fc.boolean();
	if (format === 'date-time') return fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-01', '');
	if (type === 'string')
		return fc.oneof(fc.constantFrom('uuid-1', 'main', 'web'), fc.string({ unit: 'binary' }));
	if (type === 'array') return fc.array(valueOf(schema.items ?? {}), { maxLength: 3 });
	if (type === 'object') return objectOf(schema);
	return fc.jsonValue();
}

function objectOf({ properties = {}, additionalProperties }: Schema): Arbitrary<unknown> {
	const members = fc.record(
		Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, valueOf(one)])),
		{ requiredKeys: [] },
	);
	const more = typeof additionalProperties === 'object' ? additionalProperties : {};
	const names = fc.oneof(fc.constantFrom('uuid-1', '__proto__', 'constructor'), fc.string());
	const others = fc.array(fc.tuple(names, valueOf(more)), { maxLength: 2 });
	return fc
		.tuple(members, others)
		.map(([known, rest]) => ({ ...known, ...(Object.fromEntries(rest) as object) }));
}

/** Half of a surrogate pair cannot be written in a path. */
const encoded = (value: unknown): string => {
	const text = typeof value === 'string' ? value : JSON.stringify(value);
	return encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '?'));
};

/** A request of the operation: the path with its query, and the body. */
function requestOf(path: string, operation: Operation): Arbitrary<{ url: string; body: unknown }> {
	const given = fc.record(
		Object.fromEntries(operation.parameters.map(({ name, schema }) => [name, valueOf(schema)])),
		{
			requiredKeys: operation.parameters.filter(({ required }) => required).map(({ name }) => name),
		},
	);
	const content = operation.requestBody?.content['application/json']?.schema;
	const body = content === undefined ? fc.constant(undefined) : valueOf(content);
	return fc.tuple(given, body).map(([values, sent]) => {
		const places = new Map(operation.parameters.map(({ name, in: place }) => [name, place]));
		const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encoded(values[name]) || 'x');
		const query = Object.entries(values)
			.filter(([name]) => places.get(name) === 'query')
			.map(([name, value]) => `${name}=${encoded(value)}`);
		return { url: query.length === 0 ? url : `${url}?${query.join('&')}`, body: sent };
	});
}

/** An answer without an end is looked at by its own tests. */
const isEndless = ({ responses }: Operation): boolean =>
	'text/event-stream' in (responses['200']?.content ?? {});

describe('the endpoints of v3, asked as their document says and otherwise', () => {
	const conforms = createConformance();
	const { ask } = serve();

	for (const [path, methods] of Object.entries(document.paths)) {
		for (const [method, operation] of Object.entries(methods)) {
			if (isEndless(operation)) continue;
			const name = `${method.toUpperCase()} ${path}`;
			it(`must answer as documented, and never fail: ${name}`, async () => {
				const requests = requestOf(path, operation);
				await fc.assert(
					fc.asyncProperty(requests, async ({ url, body }) => {
						const sent = body === undefined ? {} : { text: JSON.stringify(body) };
						const answer = await ask(`${method.toUpperCase()} ${url}`, sent);
						expect(answer.status, answer.text).to.be.below(500);
						if (answer.status === 404 && !('404' in operation.responses)) return; // another path
						if (answer.type !== 'application/x-ndjson') conforms(name, whole(answer));
					}),
					{ numRuns: 30 },
				);
			});
		}
	}
});

interface Answer {
	readonly status: number;
	readonly type: string;
	readonly text: string;
	readonly body: unknown;
}

function whole({ status, type, text, body }: Answer): Omit<Answer, 'text'> {
	return { status, type, body: type.endsWith('json') ? body : text };
}

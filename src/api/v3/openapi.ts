import { z } from 'zod';
import { errorCodes, type ErrorCode } from '../../kit/error-codes.ts';
import { components, type ComponentName } from '../../model/v3/components.ts';
import type { Tag, V3Route } from './route.ts';

type Json = Readonly<Record<string, unknown>>;

const tags: Readonly<Record<Tag, string>> = {
	device: 'The device as a whole',
	apps: 'Apps and services: their targets, their logs, what people may ask of them',
	plan: 'What would be done, and why',
	watch: 'What happens, as it happens',
	about: 'The interface itself',
};

const intro = [
	'What a supervisor knows of its device: what runs, why it is as it is, what comes next. Beside it stand v1 and v2, which other supervisors have too; apps that need no more than those work with either.',
	'Every call but those marked so needs a key: `Authorization: Bearer <key>`, or `?apikey=<key>`. An app’s key sees and changes its own app. Failures are problem documents (RFC 9457); their codes are listed at `/v3/errors`. Answers may gain members; clients ignore those they do not know.',
].join('\n\n');

/**
 * The OpenAPI 3.1 document of these routes.
 * @param options - `isClosed`: objects have no members beside the named ones; for tests of answers. Default false:
 * answers may grow.
 */
export function openApiDocument(
	routes: readonly V3Route[],
	{ version, isClosed = false }: { readonly version: string; readonly isClosed?: boolean },
): Json {
	const writer = createSchemaWriter(isClosed);
	const paths: Record<string, Record<string, Json>> = {};
	for (const route of routes) {
		const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
		(paths[path] ??= {})[route.method] = operationOf(route, writer);
	}
	return {
		openapi: '3.1.0',
		info: {
			title: 'Holdfast local API',
			version,
			description: intro,
			license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
		},
		servers: [{ url: '/', description: 'The device that served this document' }],
		tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
		paths,
		components: { schemas: writer.named, securitySchemes },
	};
}

const securitySchemes = {
	key: { type: 'http', scheme: 'bearer', description: 'The key of the device or of a service' },
	keyInQuery: { type: 'apiKey', in: 'query', name: 'apikey' },
};

interface SchemaWriter {
	readonly named: Json;
	readonly output: (schema: z.ZodType) => Json;
	readonly input: (schema: z.ZodType) => Json;
}

function createSchemaWriter(isClosed: boolean): SchemaWriter {
	const registry = z.registry<{ id: string }>();
	for (const [id, schema] of Object.entries(components)) registry.add(schema, { id });
	const uri = (id: string): string => `#/components/schemas/${id}`;
	const { schemas } = z.toJSONSchema(registry, {
		uri,
		override: ({ jsonSchema }) => tidy(jsonSchema, isClosed),
	});
	const convert = (schema: z.ZodType, io: 'input' | 'output'): Json => {
		const id = registry.get(schema)?.id;
		if (id !== undefined) return { $ref: uri(id) };
		const { $defs, $schema, ...rest } = z.toJSONSchema(schema, {
			io,
			metadata: registry,
			override: ({ jsonSchema }) => tidy(jsonSchema, isClosed),
		});
		return renamed(rest);
	};
	return {
		named: Object.fromEntries(
			Object.entries(schemas).map(([id, { $id, $schema, ...schema }]) => [id, schema]),
		),
		output: (schema) => convert(schema, 'output'),
		input: (schema) => convert(schema, 'input'),
	};
}

/** Takes out what readers of the document do not need. Changes the schema in place, as zod wants it. */
function tidy(schema: Record<string, unknown>, isClosed: boolean): void {
	if (!isClosed && schema.additionalProperties === false) delete schema.additionalProperties;
	if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
	if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
	if (schema.format !== undefined) delete schema.pattern;
	delete schema.readOnly;
	delete schema.propertyNames; // says that names are text
}

/** Named schemas stand in the document's components, not in the schema itself. */
function renamed(schema: Json): Json {
	const text = JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/');
	return JSON.parse(text) as Json;
}

function operationOf(route: V3Route, writer: SchemaWriter): Json {
	const { operationId, tag, doc, access, schemas, uploads = [] } = route;
	return {
		operationId,
		tags: [tag],
		summary: doc,
		security: access === 'open' ? [] : [{ key: [] }, { keyInQuery: [] }],
		parameters: [
			...parametersOf(schemas.params, { place: 'path', writer }),
			...parametersOf(schemas.query, { place: 'query', writer }),
		],
		...(schemas.body && {
			requestBody: {
				required: uploads.length > 0 || !schemas.body.safeParse({}).success,
				content: {
					'application/json': { schema: writer.input(schemas.body) },
					...Object.fromEntries(uploads.map((type) => [type, binary])),
				},
			},
		}),
		responses: responsesOf(route, writer),
	};
}

/** Bytes; OpenAPI 3.1 says so by saying nothing of them. */
const binary: Json = { schema: {} };

function parametersOf(
	schema: z.ZodType | undefined,
	{ place, writer }: { readonly place: 'path' | 'query'; readonly writer: SchemaWriter },
): Json[] {
	if (schema === undefined) return [];
	const { properties = {}, required = [] } = writer.input(schema) as {
		properties?: Record<string, { description?: string }>;
		required?: string[];
	};
	return Object.entries(properties).map(([name, { description, ...rest }]) => ({
		name,
		in: place,
		required: place === 'path' || required.includes(name),
		...(description === undefined ? {} : { description }),
		schema: rest,
	}));
}

function responsesOf(route: V3Route, writer: SchemaWriter): Json {
	const { status, doc, content } = route.answer;
	const media = Object.entries(content).map(([type, name]) => [
		type,
		{ schema: name === undefined ? { type: 'string' } : writer.output(schemaOf(name)) },
	]);
	const [name] = Object.values(content);
	return {
		[status]: {
			description: doc ?? (name && schemaOf(name).description) ?? 'Done.',
			...(media.length === 0 ? {} : { content: Object.fromEntries(media) as Json }),
		},
		...problemsOf(route),
	};
}

const anyObject = z.record(z.string(), z.unknown());

function schemaOf(name: ComponentName | 'object'): z.ZodType {
	return name === 'object' ? anyObject : components[name];
}

/** One response per status; it names the codes that have it. */
function problemsOf({ access, errors, schemas }: V3Route): Json {
	const isRead = Object.keys(schemas).length > 0;
	const codes = new Set<ErrorCode>([
		...errors,
		...(access === 'open' ? [] : (['UNAUTHORIZED'] as const)),
		...(isRead ? (['BAD_REQUEST'] as const) : []),
		...(schemas.body ? (['BODY_TOO_LARGE'] as const) : []),
		'INTERNAL',
	]);
	const byStatus: Partial<Record<number, string[]>> = {};
	for (const code of codes) {
		const { status, doc } = errorCodes[code];
		(byStatus[status] ??= []).push(`\`${code}\`: ${doc}`);
	}
	const schema = { $ref: '#/components/schemas/Problem' };
	const problem = { content: { 'application/problem+json': { schema } } };
	return Object.fromEntries(
		Object.entries(byStatus).map(([status, lines]) => [
			status,
			{ description: (lines ?? []).sort().join(' '), ...problem },
		]),
	);
}

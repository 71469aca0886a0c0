import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { messageOf } from '../../../src/kit/errors.ts';
import { Composition } from '../store/rows.ts';
import { PushError } from './errors.ts';

/** Looked for in this order. */
export const composeFileNames = [
	'docker-compose.yml',
	'docker-compose.yaml',
	'compose.yml',
	'compose.yaml',
];

const BuildOptions = z.looseObject({
	context: z.string().default('.'),
	dockerfile: z.string().optional(),
	target: z.string().optional(),
	args: z
		.union([
			z.array(z.string()),
			z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
		])
		.default({}),
});

/** How a service's image comes to be. */
export type ImageSource =
	| { kind: 'pull'; image: string }
	| {
			kind: 'build';
			context: string;
			dockerfile: string | undefined;
			target: string | undefined;
			/** `NAME=value` each. */
			args: string[];
	  };

export interface ComposeProject {
	composition: Composition;
	/** By service name, in the file's order. */
	sources: Map<string, ImageSource>;
}

function toArgs(args: z.output<typeof BuildOptions>['args']): string[] {
	if (Array.isArray(args)) return args;
	return Object.entries(args).map(([name, value]) => `${name}=${String(value)}`);
}

const invalid = (message: string, cause?: unknown): PushError =>
	new PushError('COMPOSE_FILE_INVALID', message, { cause });

function toSource(serviceName: string, service: Readonly<Record<string, unknown>>): ImageSource {
	const { build, image } = service;
	if (build === undefined || build === null) {
		if (typeof image === 'string' && image !== '') return { kind: 'pull', image };
		throw invalid(`service ${serviceName} has neither build nor image`);
	}
	const options = BuildOptions.safeParse(typeof build === 'string' ? { context: build } : build);
	if (!options.success)
		throw invalid(`build of service ${serviceName}: ${z.prettifyError(options.error)}`);
	const { context, dockerfile, target, args } = options.data;
	return { kind: 'build', context, dockerfile, target, args: toArgs(args) };
}

function parseYaml(text: string, name: string): unknown {
	try {
		return parse(text, { merge: true });
	} catch (cause) {
		throw invalid(`${name} is not valid YAML: ${messageOf(cause)}`, cause);
	}
}

/**
 * @param name - of the file, for messages
 * @throws {PushError} COMPOSE_FILE_INVALID, with line and column where YAML has them
 */
export function parseCompose(text: string, name = 'docker-compose.yml'): ComposeProject {
	const value = parseYaml(text, name);
	const parsed = Composition.safeParse(value);
	if (!parsed.success) throw invalid(`${name}: ${z.prettifyError(parsed.error)}`);
	const services = Object.entries(parsed.data.services);
	if (services.length === 0) throw invalid(`${name} has no services`);
	const sources = services.map(
		([serviceName, service]) => [serviceName, toSource(serviceName, service)] as const,
	);
	return { composition: parsed.data, sources: new Map(sources) };
}

/** @throws {PushError} NO_COMPOSE_FILE, COMPOSE_FILE_INVALID */
export async function readComposeProject(dir: string): Promise<ComposeProject> {
	for (const name of composeFileNames) {
		const text = await readFile(join(dir, name), 'utf8').catch(() => undefined);
		if (text !== undefined) return parseCompose(text, name);
	}
	throw new PushError('NO_COMPOSE_FILE', `there is no ${composeFileNames.join(' or ')} in ${dir}`);
}

import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { z } from 'zod';
import { SupervisorError } from '../../kit/errors.ts';
import type { Answer } from '../answer.ts';
import { defineRoute, type Route, type RouteInput } from '../route.ts';
import type { PageFile, V3Deps } from './deps.ts';

const types: Readonly<Record<string, string>> = {
	html: 'text/html; charset=utf-8',
	js: 'text/javascript; charset=utf-8',
	css: 'text/css; charset=utf-8',
	svg: 'image/svg+xml',
};

const policy = {
	'default-src': "'none'",
	'script-src': "'self'",
	'style-src': "'self'",
	'connect-src': "'self'",
	'img-src': "'self' data:",
	'base-uri': "'none'",
	'form-action': "'none'",
	'frame-ancestors': "'none'",
};

/** The viewer of the document sets styles in its markup. */
const docsPolicy = { ...policy, 'style-src': "'self' 'unsafe-inline'" };

type Request = Pick<RouteInput<unknown, unknown, unknown>, 'header'>;
/** Finds a file of the dashboard by its name; undefined where there is none. */
export type PageFileSource = V3Deps['pageFile'];

/** The dashboard: open to all, as it holds nothing of the device. What it shows it asks for with a key. */
export function pageRoutes(pageFile: PageFileSource): Route[] {
	return [
		defineRoute({
			method: 'get',
			path: '/',
			access: 'open',
			doc: 'The dashboard.',
			handle: (request) => pageAnswer('index.html', pageFile, request),
		}),
		defineRoute({
			method: 'get',
			path: '/page/:name',
			access: 'open',
			doc: 'A part of the dashboard.',
			params: z.object({ name: z.string() }),
			handle: (request) => pageAnswer(request.params.name, pageFile, request),
		}),
	];
}

/**
 * A file of the page, compressed where the client takes that.
 * @throws {SupervisorError} NO_SUCH_ENDPOINT where there is none of this name
 */
export async function pageAnswer(
	name: string,
	pageFile: PageFileSource,
	{ header }: Request,
): Promise<Answer> {
	const type = types[/\.(\w+)$/.exec(name)?.[1] ?? ''];
	const file = type === undefined ? undefined : await pageFile(name);
	if (file === undefined) throw noSuchFile(name);
	const csp = Object.entries(name === 'docs.html' ? docsPolicy : policy);
	const headers = {
		'Content-Security-Policy': csp.map((words) => words.join(' ')).join('; '),
		'Cache-Control': 'no-cache',
		'Referrer-Policy': 'no-referrer',
		Vary: 'Accept-Encoding',
		ETag: file.etag,
	};
	if (header('If-None-Match') === file.etag) return { kind: 'empty', status: 304, headers };
	const isPacked = /\bgzip\b/.test(header('Accept-Encoding') ?? '');
	return {
		kind: 'stream',
		status: 200,
		contentType: type ?? '',
		headers: isPacked ? { ...headers, 'Content-Encoding': 'gzip' } : headers,
		chunks: contentOf(file, isPacked),
	};
}

async function* contentOf({ read }: PageFile, isPacked: boolean): AsyncGenerator<Uint8Array> {
	const packed = await read();
	yield isPacked ? packed : await promisify(gunzip)(packed);
}

function noSuchFile(name: string): SupervisorError {
	return new SupervisorError(`The dashboard has no file ${name}`, {
		code: 'NO_SUCH_ENDPOINT',
		retry: 'never',
	});
}

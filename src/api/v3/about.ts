import type { ApiDeps } from '../deps.ts';
import { pageAnswer } from './page.ts';
import { defineV3RawRoute, type V3Route } from './route.ts';

/** What tells of the interface itself; open to all, as it holds nothing of the device. */
export function aboutRoutes(deps: ApiDeps, allRoutes: () => readonly V3Route[]): V3Route[] {
	const { version } = deps;
	return [
		docsRoute(deps),
		defineV3RawRoute({
			method: 'get',
			path: '/v3/openapi.json',
			access: 'open',
			operationId: 'getOpenApi',
			tag: 'about',
			doc: 'This document.',
			answer: {
				status: 200,
				doc: 'An OpenAPI 3.1 document',
				content: { 'application/json': 'object' },
			},
			handle: async () => {
				// Written anew for each of the few who ask, and kept by nobody.
				const { openApiDocument } = await import('./openapi.ts');
				return { kind: 'json', status: 200, json: openApiDocument(allRoutes(), { version }) };
			},
		}),
		defineV3RawRoute({
			method: 'get',
			path: '/v3/errors',
			access: 'open',
			operationId: 'listErrors',
			tag: 'about',
			doc: 'What each code of a problem means.',
			answer: { status: 200, doc: 'A page', content: { 'text/html': undefined } },
			handle: async () => {
				const { errorsPage } = await import('./errors-page.ts');
				return {
					kind: 'text',
					status: 200,
					text: errorsPage(),
					contentType: 'text/html; charset=utf-8',
				};
			},
		}),
	];
}

function docsRoute(deps: ApiDeps): V3Route {
	return defineV3RawRoute({
		method: 'get',
		path: '/v3/docs',
		access: 'open',
		operationId: 'getDocs',
		tag: 'about',
		doc: 'A page that shows this document, and tries its calls.',
		answer: { status: 200, doc: 'A page', content: { 'text/html': undefined } },
		handle: (request) => pageAnswer('docs.html', deps.v3.pageFile, request),
	});
}

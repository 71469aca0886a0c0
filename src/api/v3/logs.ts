import { z } from 'zod';
import type { LogLine } from '../../model/v3/log-line.ts';
import type { EngineLogLine } from '../../ports/container-engine.ts';
import { stream } from '../answer.ts';
import type { ApiDeps } from '../deps.ts';
import { requireContainer, ServicePath } from './find-app.ts';
import { defineV3RawRoute, type V3Route } from './route.ts';

const flag = z
	.enum(['true', 'false', '1', '0'])
	.transform((text) => text === 'true' || text === '1');

const LogQuery = z.object({
	follow: flag.optional().describe('Go on with new lines until the container stops'),
	since: z.iso
		.datetime({ offset: true })
		.optional()
		.describe('Only lines after this; the stamp of a line continues after it'),
	tail: z.coerce
		.number()
		.int()
		.min(0)
		.max(100_000)
		.optional()
		.describe('Only the last so many lines; default 100 with `follow`, else all'),
	format: z.enum(['ndjson', 'text']).default('ndjson').describe('A JSON object a line, or text'),
});

/** What a service says. */
export function logRoutes({ engine, snapshot }: ApiDeps): V3Route[] {
	return [
		defineV3RawRoute({
			method: 'get',
			path: '/v3/apps/:uuid/services/:name/logs',
			operationId: 'getLogs',
			tag: 'watch',
			doc: 'The log of a service, as it stands or as it grows.',
			params: ServicePath,
			query: LogQuery,
			errors: ['APP_NOT_FOUND', 'SERVICE_NOT_FOUND', 'ENGINE_UNAVAILABLE', 'ENGINE_NOT_FOUND'],
			answer: {
				status: 200,
				doc: 'Lines, oldest first',
				content: { 'application/x-ndjson': 'LogLine', 'text/plain': undefined },
			},
			handle: ({ params, query, caller, signal }) => {
				const { follow = false, since, tail = follow ? 100 : undefined, format } = query;
				const { containerId } = requireContainer(snapshot(), { ...params, caller });
				const lines = engine.containerLogs(containerId, { follow, since, tail, signal });
				return format === 'text'
					? stream(
							'text/plain; charset=utf-8',
							written(lines, ({ message }) => message),
						)
					: stream('application/x-ndjson', written(lines, toJsonLine));
			},
		}),
	];
}

function toJsonLine({ stamp, message, isStdErr }: EngineLogLine): string {
	const line: LogLine = { at: stamp, message, isStdErr };
	return JSON.stringify(line);
}

async function* written(
	lines: AsyncIterable<EngineLogLine>,
	toText: (line: EngineLogLine) => string,
): AsyncGenerator<string> {
	for await (const line of lines) yield `${toText(line)}\n`;
}

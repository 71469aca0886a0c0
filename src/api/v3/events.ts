import { z } from 'zod';
import { SupervisorError } from '../../kit/errors.ts';
import { matchesType } from '../../model/event-choice.ts';
import type { JournalEntry } from '../../loop/events/journal.ts';
import { stream } from '../answer.ts';
import { noApp, type Caller } from '../auth.ts';
import type { ApiDeps } from '../deps.ts';
import { openEventReader } from './event-reader.ts';
import { defineV3RawRoute, type V3Route } from './route.ts';

/** Each takes time at every event, and may hold half a megabyte. */
const readersMax = 256;

const number = z.coerce.number().int().min(0);

const list = z
	.string()
	.transform((text) => text.split(',').map((one) => one.trim()))
	.transform((all) => all.filter((one) => one !== ''));

export const EventQuery = z.object({
	types: list
		.optional()
		.describe('Only these types, or all that begin with a word: `step,plan.made`; default all'),
	app: z.string().optional().describe('Only events of this app: its uuid or its number'),
	service: z.string().optional().describe('Only events of services of this name'),
	after: number
		.optional()
		.describe('Number of the last event that is known; the header Last-Event-ID says the same'),
	logs: z
		.string()
		.min(1)
		.max(255)
		.optional()
		.describe(
			'Lines of logs too, as `log.line`: `1` for all, or the name of a service; default none',
		),
});

export type EventQuery = z.infer<typeof EventQuery>;

/** What happens on the device, as it happens. */
export function eventRoutes({ watch }: ApiDeps): V3Route[] {
	const readers = new Set<AbortSignal>();
	const admit = (signal: AbortSignal): void => {
		if (signal.aborted) return; // gone already: nothing would take it out again
		if (readers.size >= readersMax) throw tooManyReaders();
		readers.add(signal);
		signal.addEventListener('abort', () => void readers.delete(signal), { once: true });
	};
	return [
		defineV3RawRoute({
			method: 'get',
			path: '/v3/events',
			operationId: 'getEvents',
			tag: 'watch',
			doc: 'What happens on the device, as Server-Sent Events. A client that comes back gets what it missed.',
			query: EventQuery,
			errors: ['TOO_MANY_READERS'],
			answer: {
				status: 200,
				doc: 'Events, each with its number as `id`; a comment every 15 seconds',
				content: { 'text/event-stream': 'DeviceEvent' },
			},
			handle: ({ query, caller, header, signal }) => {
				admit(signal);
				const known = number.safeParse(header('Last-Event-ID'));
				const { chunks, dropped } = openEventReader(watch.events, {
					after: known.success ? known.data : query.after,
					wants: (entry) => isFor(entry, caller) && isWanted(entry, query),
					wantsLogs: logsOf(query) !== 'none',
					clock: watch.clock,
					signal,
				});
				const headers = { 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' };
				return { ...stream('text/event-stream', chunks), headers, dropped };
			},
		}),
	];
}

function tooManyReaders(): SupervisorError {
	const message = `${readersMax} others read the events already; close one of them`;
	return new SupervisorError(message, { code: 'TOO_MANY_READERS' });
}

/** An app's key is told of its own app, and of nothing else. */
function isFor({ appId }: JournalEntry, caller: Caller): boolean {
	return caller.reaches(appId ?? noApp, 'read');
}

function isWanted({ type, appUuid, appId, serviceName }: JournalEntry, query: EventQuery): boolean {
	const { types = [], app, service } = query;
	const logs = logsOf(query);
	const isLine = type === 'log.line';
	if (isLine && logs !== 'all' && serviceName !== logs) return false;
	if (service !== undefined && serviceName !== service) return false;
	if (app !== undefined && appUuid !== app && String(appId) !== app) return false;
	return matchesType(type, isLine ? [] : types);
}

/** @returns `all`, `none`, or the name of a service */
function logsOf({ logs = '0' }: EventQuery): string {
	if (logs === '1' || logs === 'true') return 'all';
	return logs === '0' || logs === 'false' ? 'none' : logs;
}

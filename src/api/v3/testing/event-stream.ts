import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../kit/clock.ts';
import { silentLogger } from '../../../kit/logger.ts';
import { createJournal, type Journal } from '../../../loop/events/journal.ts';
import { createFakeEventStore } from '../../../ports/testing/fake-event-store.ts';
import { depsOf, globalKey } from '../../testing/fixture.ts';
import { apiOf } from '../../testing/serve.ts';
import type { EventSource } from '../event-reader.ts';

export interface SeenFrame {
	readonly id?: string;
	readonly event?: string;
	readonly data?: Readonly<Record<string, unknown>>;
	readonly comment?: string;
}

/** A client of the event stream that notes what it is told. */
export interface Client {
	readonly response: IncomingMessage;
	readonly frames: SeenFrame[];
	/** Resolves as soon as so many events were told. */
	events(count: number): Promise<readonly SeenFrame[]>;
	leave(): void;
}

export interface EventServer {
	readonly journal: Journal;
	/** Readers that the journal tells now. */
	readonly readers: () => number;
	/** Readers that want lines of logs. */
	readonly logFollowers: () => number;
	open(path?: string, options?: ClientOptions): Promise<Client>;
	/** A client that takes the head and then nothing. */
	openDeaf(): Promise<IncomingMessage>;
	close(): void;
}

export interface ClientOptions {
	readonly key?: string;
	readonly lastEventId?: string;
}

/** The local API over a journal that is kept in memory. */
export async function serveEvents(clock: Clock): Promise<EventServer> {
	const journal = createJournal({ store: createFakeEventStore(), clock, log: silentLogger });
	await journal.load();
	const { source, readers, logFollowers } = counted(journal);
	const history = { readHistory: () => Promise.resolve([]) };
	const watch = { clock, history, metrics: () => [], events: source };
	const server = createServer(apiOf(depsOf({ log: [] }, { watch }))).listen(0, '127.0.0.1');
	await once(server, 'listening');
	const ask = asking(server);
	return {
		...{ journal, readers, logFollowers },
		open: async (path = '/v3/events', options = {}) => listen(await ask(path, options)),
		openDeaf: async () => (await ask('/v3/events', {})).pause(),
		close() {
			server.closeAllConnections();
			server.close();
		},
	};
}

function counted(journal: Journal) {
	let count = 0;
	let followers = 0;
	const source: EventSource = {
		subscribe(listener) {
			const leave = journal.subscribe(listener);
			count += 1;
			let isIn = true;
			return () => {
				leave();
				if (isIn) count -= 1;
				isIn = false;
			};
		},
		after: (id) => journal.after(id),
		followLogs() {
			followers += 1;
			return () => void (followers -= 1);
		},
		get lastId() {
			return journal.lastId;
		},
	};
	return { source, readers: () => count, logFollowers: () => followers };
}

function asking(server: Server) {
	const { port } = server.address() as AddressInfo;
	return async (
		path: string,
		{ key = globalKey, lastEventId }: ClientOptions,
	): Promise<IncomingMessage> => {
		const headers = {
			Authorization: `Bearer ${key}`,
			...(lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId }),
		};
		const request = get({ port, host: '127.0.0.1', path, headers, agent: false });
		request.on('error', () => undefined);
		const [response] = (await once(request, 'response')) as [IncomingMessage];
		response.on('error', () => undefined);
		return response;
	};
}

function listen(response: IncomingMessage): Client {
	const frames: SeenFrame[] = [];
	const waiting = new Set<() => void>();
	let rest = '';
	response.setEncoding('utf8').on('data', (text: string) => {
		const parts = (rest + text).split('\n\n');
		rest = parts.pop() ?? '';
		frames.push(...parts.map(frameOf));
		for (const look of [...waiting]) look();
	});
	const events = (): SeenFrame[] => frames.filter(({ event }) => event !== undefined);
	return {
		response,
		frames,
		leave: () => void response.destroy(),
		events: (count) =>
			new Promise((resolve) => {
				const look = (): void => {
					if (events().length < count) return;
					waiting.delete(look);
					resolve(events());
				};
				waiting.add(look);
				look();
			}),
	};
}

function frameOf(text: string): SeenFrame {
	const fields = text.split('\n').map((line) => /^([^:]*): ?(.*)$/.exec(line) ?? []);
	const valueOf = (name: string): string | undefined =>
		fields.find(([, found]) => found === name)?.[2];
	const [id, event, data, comment] = ['id', 'event', 'data', ''].map(valueOf);
	return {
		...(id === undefined ? {} : { id }),
		...(event === undefined ? {} : { event }),
		...(data === undefined ? {} : { data: JSON.parse(data) as Record<string, unknown> }),
		...(comment === undefined ? {} : { comment }),
	};
}

import type { Clock } from '../../kit/clock.ts';
import type { JournalEntry } from '../../loop/events/journal.ts';
import type { Replay } from '../../loop/events/event-ring.ts';

/** Where events come from. */
export interface EventSource {
	/** Hears of everything from now on. @returns ends the subscription */
	subscribe(listener: (entry: JournalEntry) => void): () => void;
	/** What is kept of what came after this number; 0: all of it. */
	after(id: number): Replay;
	/** Lines of logs come among the events until the returned function is called. */
	followLogs(): () => void;
	/** A reader was dropped, as it took too little. */
	onDropped?(): void;
	/** Number of the last event; 0 before the first one. */
	readonly lastId: number;
}

export interface ReaderOptions {
	/** Number of the last event that the reader knows; absent: it wants only what is new. */
	readonly after?: number | undefined;
	readonly wants: (entry: JournalEntry) => boolean;
	readonly wantsLogs: boolean;
	readonly clock: Clock;
	/** Fires when the reader is gone. */
	readonly signal: AbortSignal;
}

/** A reader of the event stream, as Server-Sent Events. */
export interface EventReader {
	readonly chunks: AsyncIterable<string>;
	/** Fires when the reader takes too little for too long. */
	readonly dropped: AbortSignal;
}

/** What waits for one reader, in characters; the texts are shared by all readers. */
const waitingMax = 512 * 1024;
/** Proxies cut connections that are silent. */
const heartbeatMs = 15_000;
/** How soon a client is to come back, in milliseconds. */
const reconnectMs = 2000;

/** What happens from now on is kept for the reader until it is gone, within limits. */
export function openEventReader(source: EventSource, options: ReaderOptions): EventReader {
	const { clock, signal } = options;
	const mailbox = createMailbox(source, options);
	const leave = (): void => {
		signal.removeEventListener('abort', leave);
		mailbox.close();
	};
	signal.addEventListener('abort', leave);
	if (signal.aborted) leave();
	return { chunks: chunksOf(mailbox, { clock, signal, leave }), dropped: mailbox.dropped };
}

interface Mailbox {
	readonly dropped: AbortSignal;
	/** @returns all that waits; empty: nothing does */
	take(): string;
	/** Resolves when something waits, or it is closed. */
	filled(): Promise<void>;
	/** Tells the client that the connection lives, and how far it knows of everything. */
	beat(): void;
	close(): void;
}

function createMailbox(source: EventSource, options: ReaderOptions): Mailbox {
	const { wants, wantsLogs } = options;
	const dropped = new AbortController();
	let waiting = replayOf(source, options);
	let [isOpen, size, toldId] = [true, 0, 0];
	let ring = (): void => undefined;
	const put = (frame: string): void => {
		waiting.push(frame);
		size += frame.length;
		if (size > waitingMax) drop();
		ring();
	};
	const unsubscribe = source.subscribe((entry) => {
		if (entry.type !== 'gap' && !wants(entry)) return;
		toldId = entry.id ?? toldId;
		put(frameOf(entry));
	});
	const unfollow = wantsLogs ? source.followLogs() : undefined;
	const close = (): void => {
		if (isOpen) unsubscribe();
		if (isOpen) unfollow?.();
		[isOpen, waiting] = [false, []];
		ring();
	};
	const drop = (): void => {
		close();
		source.onDropped?.();
		dropped.abort(new Error('the reader takes too little of the events'));
	};
	return {
		close,
		dropped: dropped.signal,
		take() {
			const text = waiting.join('');
			[waiting, size] = [[], 0];
			return text;
		},
		async filled() {
			if (isOpen && waiting.length === 0) await new Promise<void>((resolve) => (ring = resolve));
		},
		beat() {
			const { lastId } = source;
			const news = lastId > toldId ? `id: ${lastId}\n` : '';
			toldId = lastId;
			put(`: still here\n${news}\n`);
		},
	};
}

interface Lifetime {
	readonly clock: Clock;
	readonly signal: AbortSignal;
	readonly leave: () => void;
}

async function* chunksOf(
	mailbox: Mailbox,
	{ clock, signal, leave }: Lifetime,
): AsyncGenerator<string> {
	const beating = beatOn(mailbox, clock, signal);
	try {
		while (!signal.aborted) {
			const text = mailbox.take();
			if (text === '') await mailbox.filled();
			else yield text;
		}
	} finally {
		leave();
		if (signal.aborted) await beating;
	}
}

/** Ends when the signal fires. */
async function beatOn(mailbox: Mailbox, clock: Clock, signal: AbortSignal): Promise<void> {
	try {
		for (;;) {
			await clock.sleep(heartbeatMs, signal);
			mailbox.beat();
		}
	} catch (err) {
		if (!signal.aborted) throw err;
	}
}

/** What the reader missed, as far as it is kept. */
function replayOf(
	source: EventSource,
	{ after, wants, clock }: Pick<ReaderOptions, 'after' | 'wants' | 'clock'>,
): string[] {
	const hello = `retry: ${reconnectMs}\n\n`;
	if (after === undefined) return [hello];
	const { missed, events } = source.after(after);
	const wanted = events.filter((entry) => entry.type === 'gap' || wants(entry)).map(frameOf);
	return [hello, ...(missed === undefined ? [] : [gapFrame(missed, clock.now())]), ...wanted];
}

function gapFrame({ from, to }: NonNullable<Replay['missed']>, now: Date): string {
	const at = now.toISOString();
	const json = JSON.stringify({ id: to, at, type: 'gap', missedFrom: from, missedTo: to });
	return `${to === undefined ? '' : `id: ${to}\n`}event: gap\ndata: ${json}\n\n`;
}

/** JSON has no line breaks: one line of data is enough. */
function frameOf({ id, type, json }: JournalEntry): string {
	return `${id === undefined ? '' : `id: ${id}\n`}event: ${type}\ndata: ${json}\n\n`;
}

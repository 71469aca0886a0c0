import { asProblem, DeviceProblem, keyHeaders } from './client.ts';

export interface StreamOptions {
	/** `http://device:48484`; empty: the page's own origin. */
	readonly baseUrl?: string;
	readonly key?: string | undefined;
	readonly headers?: Readonly<Record<string, string>>;
	readonly signal: AbortSignal;
}

/**
 * Lines of an answer that comes piece by piece, without their line ends. Ends with the answer; rejects when the signal
 * fires or the connection breaks.
 * @throws {DeviceProblem} when the device refused
 */
export async function* streamLines(path: string, options: StreamOptions): AsyncGenerator<string> {
	const { baseUrl = '', key, headers = {}, signal } = options;
	const response = await fetch(`${baseUrl}${path}`, {
		headers: { ...keyHeaders(key), ...headers },
		signal,
	});
	if (!response.ok) {
		const body: unknown = await response.json().catch(() => undefined);
		throw new DeviceProblem(response.status, asProblem(body));
	}
	yield* linesOf(response.body);
}

async function* linesOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<string> {
	if (body === null) return;
	const reader = body.getReader();
	const decoder = new TextDecoder();
	let rest = '';
	try {
		for (;;) {
			const { value, done } = await reader.read();
			if (done) break;
			const lines = (rest + decoder.decode(value, { stream: true })).split(/\r?\n/);
			rest = lines.pop() ?? '';
			yield* lines;
		}
		if (rest !== '') yield rest;
	} finally {
		await reader.cancel().catch(() => undefined);
	}
}

/** One message of an event stream. */
export interface StreamMessage {
	/** Where to go on after it; absent: the message has no number. */
	readonly id?: string | undefined;
	readonly event: string;
	readonly data: string;
}

/** Puts lines of `text/event-stream` together to messages; comments (heartbeats) are left out. */
export async function* toMessages(lines: AsyncIterable<string>): AsyncGenerator<StreamMessage> {
	let fields: { id?: string; event?: string; data: string[] } = { data: [] };
	for await (const line of lines) {
		if (line === '') {
			const { id, event = 'message', data } = fields;
			if (data.length > 0) yield { id, event, data: data.join('\n') };
			fields = { data: [] };
			continue;
		}
		const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
		if (name === 'data') fields.data.push(value);
		else if (name === 'id') fields.id = value;
		else if (name === 'event') fields.event = value;
	}
}

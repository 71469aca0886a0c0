/** A line as a client of the local API gets it. */
export interface CliLogLine {
	readonly message: string;
	readonly serviceName?: string;
	readonly isSystem?: boolean;
	readonly timestamp?: number;
}

/** The log stream of a device, read as long as it is held open. */
export interface CliLog {
	/** Every line so far. */
	readonly lines: readonly CliLogLine[];
	/** Why a client would have given up by now: a line that is not JSON, or the stream's end. */
	readonly fault: string | undefined;
	/** Messages of a service; of the system without a name. */
	messages(serviceName?: string): string[];
	leave(): Promise<void>;
}

/** @throws unless the answer is a success whose head came at once */
export async function openCliLog(url: string): Promise<CliLog> {
	const stop = new AbortController();
	const headers = { 'user-agent': 'node-fetch/1.0', 'accept-encoding': 'compress, gzip' };
	const response = await fetch(url, { headers, signal: stop.signal });
	if (!response.ok || response.body === null) throw new Error(`log stream: ${response.status}`);
	const lines: CliLogLine[] = [];
	let fault: string | undefined;
	const read = async (body: ReadableStream<Uint8Array>): Promise<void> => {
		const decoder = new TextDecoder();
		let rest = '';
		for await (const chunk of body) {
			const parts = `${rest}${decoder.decode(chunk, { stream: true })}`.split('\n');
			rest = parts.pop() ?? '';
			for (const part of parts) lines.push(JSON.parse(part) as CliLogLine);
		}
		fault ??= 'Connection to device lost';
	};
	const reading = read(response.body).catch((err: unknown) => {
		if (!stop.signal.aborted) fault ??= String(err);
	});
	return {
		lines,
		get fault() {
			return fault;
		},
		messages: (serviceName) =>
			lines.filter((line) => line.serviceName === serviceName).map(({ message }) => message),
		async leave() {
			stop.abort();
			await reading;
		},
	};
}

import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGunzip } from 'node:zlib';

export interface LogReader {
	readonly url: string;
	/** Streams that were begun. */
	readonly begun: number;
	/** The message of the last line that came. */
	readonly last: string | undefined;
	close(): void;
}

/** The cloud's end of log streams: it reads every line, and keeps the last. */
export async function startLogReader(): Promise<LogReader> {
	const seen: { begun: number; last: string | undefined } = { begun: 0, last: undefined };
	const read = async (request: IncomingMessage): Promise<void> => {
		let rest = '';
		for await (const chunk of request.pipe(createGunzip())) {
			const lines = (rest + String(chunk)).split('\n');
			rest = lines.pop() ?? '';
			const line = lines.at(-1);
			if (line !== undefined) seen.last = (JSON.parse(line) as { message: string }).message;
		}
	};
	const server = createServer((request, response) => {
		seen.begun += 1;
		void read(request)
			.catch(() => undefined) // it broke off: the next stream goes on
			.then(() => response.writeHead(201).end());
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		get begun() {
			return seen.begun;
		},
		get last() {
			return seen.last;
		},
		close() {
			server.closeAllConnections();
			server.close();
		},
	};
}

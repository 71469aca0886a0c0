import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGunzip } from 'node:zlib';

export interface LogReader {
	readonly url: string;
	/** True when a line with this message is among the last that came. */
	has(message: string): boolean;
	close(): void;
}

/** So many messages are kept. */
const kept = 200;

/** The cloud's end of log streams: it reads every line, and keeps the last ones. */
export async function startLogReader(): Promise<LogReader> {
	let recent: readonly string[] = [];
	const read = async (request: IncomingMessage): Promise<void> => {
		let rest = '';
		for await (const chunk of request.pipe(createGunzip())) {
			const lines = (rest + String(chunk)).split('\n');
			rest = lines.pop() ?? '';
			const messages = lines.map((line) => (JSON.parse(line) as { message: string }).message);
			recent = [...recent, ...messages].slice(-kept);
		}
	};
	const server = createServer((request, response) => {
		void read(request)
			.catch(() => undefined) // it broke off: the next stream goes on
			.then(() => response.writeHead(201).end());
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		has: (message) => recent.includes(message),
		close() {
			server.closeAllConnections();
			server.close();
		},
	};
}

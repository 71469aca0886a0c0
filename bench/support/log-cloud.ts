import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { constants, createGunzip } from 'node:zlib';
import { createLineCount, type LineCount } from './line-count.ts';

/** The cloud's end of the log stream: counts lines, and keeps none. */
export interface LogCloud {
	/** As this computer reaches it. */
	readonly url: string;
	/** Since the last `forget`. */
	count(): LineCount;
	forget(): void;
	/** From now on it reads so many bytes a second at most; undefined: as fast as they come. */
	throttle(bytesPerSec: number | undefined): void;
	close(): Promise<void>;
}

const throttleMs = 100;

export async function startLogCloud(): Promise<LogCloud> {
	const counter = createLineCount();
	let limit: number | undefined;
	const requests = new Set<IncomingMessage>();
	const timer = setInterval(() => {
		if (limit === undefined) return;
		for (const request of requests) request.read(Math.ceil((limit * throttleMs) / 1000));
	}, throttleMs);
	const server = createServer((request, response) => {
		requests.add(request);
		request.once('close', () => requests.delete(request));
		const gunzip = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
		gunzip.on('error', () => undefined);
		gunzip.on('data', (text: Buffer) => counter.add(text));
		request.on('data', (bytes: Buffer) => gunzip.write(bytes));
		request.once('end', () => response.writeHead(201).end());
		if (limit !== undefined) request.pause();
	});
	await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		count: () => counter.read(),
		forget: () => counter.forget(),
		throttle(bytesPerSec) {
			limit = bytesPerSec;
			for (const request of requests) {
				if (limit === undefined) request.resume();
				else request.pause();
			}
		},
		close: () =>
			new Promise((resolve) => {
				clearInterval(timer);
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
}

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { constants, createGunzip } from 'node:zlib';

/** How the server treats streams. */
export type CollectorManner =
	| 'takes'
	/** Answers 200 before the end, as a captive portal does. */
	| 'answers at once'
	/** Ends its half of the connection without a word, as soon as it has read something. */
	| 'half-closes'
	/** Reads a kilobyte in a while. */
	| 'trickles';

/** A server of the log stream over real sockets that can go away and come back. */
export interface LogCollector {
	readonly port: number;
	/** Messages, in the order in which they came. */
	readonly messages: string[];
	/** Whole lines. */
	readonly lines: unknown[];
	/** Requests so far. */
	requests(): number;
	manner: CollectorManner;
	/** Nobody listens on the port any more. */
	leave(): Promise<void>;
	comeBack(): Promise<void>;
	/** Every connection breaks. */
	breakAll(): void;
	/** Those who trickle read a kilobyte, or all there is. */
	trickle(all?: 'all'): void;
}

export async function startCollector(): Promise<LogCollector> {
	const sockets = new Set<Socket>();
	const trickling = new Set<IncomingMessage>();
	const state = { requests: 0 };
	let server: Server | undefined;
	const collector: LogCollector = {
		port: 0,
		messages: [],
		lines: [],
		manner: 'takes',
		requests: () => state.requests,
		async leave() {
			const closed = server?.listening === true ? once(server, 'close') : undefined;
			server?.close();
			collector.breakAll();
			await closed;
		},
		async comeBack() {
			server = createServer(take);
			server.on('connection', (socket) => {
				sockets.add(socket);
				socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
			});
			server.listen(collector.port, '127.0.0.1');
			await once(server, 'listening');
		},
		breakAll: () => {
			for (const socket of sockets) socket.destroy();
		},
		trickle: (all) => {
			for (const req of trickling) req.read(all === 'all' ? undefined : 1024);
		},
	};
	await collector.comeBack();
	const { port } = server?.address() as AddressInfo;
	return Object.assign(collector, { port });

	function take(req: IncomingMessage, res: { writeHead(status: number): { end(): void } }): void {
		state.requests += 1;
		if (collector.manner === 'answers at once') {
			req.resume();
			res.writeHead(200).end();
			return;
		}
		const gunzip = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
		collect(gunzip);
		const feed = (chunk: Buffer): void => void gunzip.write(chunk);
		gunzip.on('end', () => res.writeHead(201).end());
		if (collector.manner === 'trickles') {
			trickling.add(req);
			req.on('data', feed).pause();
			req.once('close', () => trickling.delete(req));
		} else req.on('data', feed);
		req.on('end', () => gunzip.end());
		if (collector.manner === 'half-closes') gunzip.once('data', () => req.socket.end());
	}

	function collect(gunzip: NodeJS.ReadableStream): void {
		let rest = '';
		gunzip.on('error', () => undefined);
		gunzip.setEncoding('utf8');
		gunzip.on('data', (text: string) => {
			const parts = (rest + text).split('\n');
			rest = parts.pop() ?? '';
			for (const part of parts) {
				const line = JSON.parse(part) as { message: string };
				collector.lines.push(line);
				collector.messages.push(line.message);
			}
		});
	}
}

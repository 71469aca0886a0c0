import type { ClientRequestArgs } from 'node:http';
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { QuietAgent } from './quiet-agent.ts';

/** As much is read before the reader takes it, and not much more: there may be many of these connections. */
const highWaterMark = 16 * 1024;

/**
 * Asks in HTTP 1.0, so that an answer comes as it is. In HTTP 1.1 the engine makes a chunk of each line of a log, and
 * each chunk is an event of its own for Node: ten times the work that is in the line. A connection serves one request.
 */
export class PlainAgent extends QuietAgent {
	constructor() {
		super({ keepAlive: false });
	}

	override createConnection(options: ClientRequestArgs): Socket {
		return inOldWords(connect({ ...options, highWaterMark } as NetConnectOpts));
	}
}

/** Node writes its own version: in the first piece, which holds the request line. */
function inOldWords(socket: Socket): Socket {
	const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
	socket.write = (head: unknown, ...rest: unknown[]) => {
		socket.write = write;
		const words = String(head).replace(' HTTP/1.1\r\n', ' HTTP/1.0\r\n');
		return write(words, ...rest);
	};
	return socket;
}

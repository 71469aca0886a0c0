import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';

/** What went over connections, without the headers of IP and TCP. */
export interface Traffic {
	readonly connections: number;
	readonly bytes: number;
	/** Pieces in either direction; a packet or more each. */
	readonly pieces: number;
}

export interface CountingRelay {
	readonly port: number;
	traffic(): Traffic;
	close(): void;
}

/** Passes on what comes to a port of its own, and counts it. */
export async function startCountingRelay(onwardPort: number): Promise<CountingRelay> {
	const counts = { connections: 0, bytes: 0, pieces: 0 };
	const sockets = new Set<net.Socket>();
	const join = (from: net.Socket, to: net.Socket): void => {
		sockets.add(from);
		from.on('data', (chunk: Buffer) => {
			counts.bytes += chunk.length;
			counts.pieces += 1;
		});
		from.pipe(to);
		from.on('error', () => to.destroy());
		from.on('close', () => {
			sockets.delete(from);
			to.destroy();
		});
	};
	const server = net.createServer((near) => {
		counts.connections += 1;
		const far = net.connect(onwardPort, '127.0.0.1');
		join(near, far);
		join(far, near);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		port: (server.address() as AddressInfo).port,
		traffic: () => ({ ...counts }),
		close() {
			for (const socket of sockets) socket.destroy();
			server.close();
		},
	};
}

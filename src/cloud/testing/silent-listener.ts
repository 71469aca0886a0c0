import { once } from 'node:events';
import net from 'node:net';
import { Worker } from 'node:worker_threads';

export interface SilentListener {
	readonly port: number;
	close(): Promise<void>;
}

/** Listens, says where, and then accepts nobody any more; two are let into its queue by the kernel, no more. */
const code = `
	const { parentPort, workerData } = require('node:worker_threads');
	const server = require('node:net').createServer();
	server.listen({ host: workerData, port: 0, backlog: 1 }, () => {
		parentPort.postMessage(server.address().port);
		setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
	});
`;

/** A place that swallows connections without a word, as a road does that leads nowhere. */
export async function listenSilently(host: string): Promise<SilentListener> {
	const worker = new Worker(code, { eval: true, workerData: host });
	const [port] = (await once(worker, 'message')) as [number];
	const fillers = await Promise.all(
		[1, 2].map(async () => {
			const socket = net.connect({ host, port });
			await once(socket, 'connect');
			return socket;
		}),
	);
	return {
		port,
		async close() {
			for (const socket of fillers) socket.destroy();
			await worker.terminate();
		},
	};
}

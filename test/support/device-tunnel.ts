import { spawn } from 'node:child_process';
import { createServer, type Socket } from 'node:net';

/** A port of this computer that leads to one of a device's own loopback address, which nothing else reaches. */
export interface DeviceTunnel {
	readonly port: number;
	close(): Promise<void>;
}

/** @param container - the device's name on this computer's engine */
export async function openDeviceTunnel(container: string, port: number): Promise<DeviceTunnel> {
	const open = new Set<Socket>();
	// Ends when the far side does; what waits for more of the near side must not hold it.
	const relay = `exec 3<>/dev/tcp/127.0.0.1/${port} && { cat <&0 >&3 2>/dev/null & cat <&3; kill $!; }`;
	const server = createServer((socket) => {
		open.add(socket);
		const child = spawn('docker', ['exec', '--interactive', container, 'bash', '-c', relay], {
			stdio: ['pipe', 'pipe', 'ignore'],
		});
		const end = (): void => {
			open.delete(socket);
			socket.destroy();
			child.kill();
		};
		child.once('error', end).once('close', end);
		child.stdin.on('error', end);
		socket.once('error', end).once('close', end);
		socket.pipe(child.stdin);
		child.stdout.pipe(socket);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('no port');
	return {
		port: address.port,
		close: () =>
			new Promise((resolve) => {
				for (const socket of open) socket.destroy();
				server.close(() => resolve());
			}),
	};
}

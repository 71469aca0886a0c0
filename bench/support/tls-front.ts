import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import tls from 'node:tls';
import { testCertificate } from '../../src/cloud/testing/certificate.ts';

export interface TlsFront {
	readonly port: number;
	/** Authority of its certificate, in PEM form. */
	readonly rootCa: string;
	close(): void;
}

/** Takes TLS off connections, and passes on what was in them. */
export async function startTlsFront(onwardPort: number): Promise<TlsFront> {
	const { key, cert } = await testCertificate('127.0.0.1');
	const server = tls.createServer({ key, cert }, (socket) => {
		const onward = net.connect(onwardPort, '127.0.0.1');
		socket.pipe(onward).pipe(socket);
		socket.on('error', () => onward.destroy());
		onward.on('error', () => socket.destroy());
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return {
		port: (server.address() as AddressInfo).port,
		rootCa: cert,
		close: () => void server.close(),
	};
}

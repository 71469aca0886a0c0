import { readFile } from 'node:fs/promises';

/** Of a socket; undefined before it is connected. */
export interface SocketPorts {
	readonly localPort?: number | undefined;
	readonly remotePort?: number | undefined;
}

const tables = ['/proc/self/net/tcp', '/proc/self/net/tcp6'];

/**
 * How often in a row the kernel has sent something again, or asked, and was not answered: 0 for a connection on
 * which all is well. A network that is gone without a word is seen here within seconds; the connection itself would break
 * after a quarter of an hour.
 * @returns undefined where it cannot be told
 */
export async function retransmissionsOf({
	localPort,
	remotePort,
}: SocketPorts): Promise<number | undefined> {
	if (localPort === undefined || remotePort === undefined) return undefined;
	for (const table of tables) {
		const text = await readFile(table, 'utf8').catch(() => '');
		const found = findRetransmissions(text, { localPort, remotePort });
		if (found !== undefined) return found;
	}
	return undefined;
}

/** @param table - in the form of `/proc/net/tcp`: https://docs.kernel.org/networking/proc_net_tcp.html */
export function findRetransmissions(
	table: string,
	{ localPort, remotePort }: { readonly localPort: number; readonly remotePort: number },
): number | undefined {
	const [local, remote] = [localPort, remotePort].map(toPort);
	for (const line of table.split('\n')) {
		const [, from = '', to = '', , , , again = '', , probes = ''] = line.trim().split(/\s+/);
		if (!from.endsWith(`:${local}`) || !to.endsWith(`:${remote}`)) continue;
		return Number.parseInt(again, 16) + Number.parseInt(probes, 10);
	}
	return undefined;
}

const toPort = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0');

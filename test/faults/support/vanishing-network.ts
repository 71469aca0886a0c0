/** In a network of its own: tells what is seen of a connection before, while and after the network swallows everything. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { retransmissionsOf } from '../../../src/cloud/retransmissions.ts';

execFileSync('ip', ['link', 'set', 'lo', 'up']);
const server = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
const socket = connect(port, '127.0.0.1');
await once(socket, 'connect');
/** At the other side, or before it leaves this one. */
const chains = ['INPUT', 'OUTPUT'];

socket.write('before');
await until(socket, (count) => count === 0);
process.stdout.write('well\n');
for (const chain of chains) {
	const rule = [chain, '-p', 'tcp', '--dport', String(port), '-j', 'DROP'];
	execFileSync('iptables', ['-w', '-A', ...rule]);
	socket.write('during');
	await until(socket, (count) => count > 1);
	process.stdout.write('silent\n');
	execFileSync('iptables', ['-w', '-D', ...rule]);
	await until(socket, (count) => count === 0);
	process.stdout.write('well again\n');
}
process.exit();

async function until(one: Socket, isSo: (count: number) => boolean): Promise<void> {
	while (!isSo((await retransmissionsOf(one)) ?? -1)) await wait(20);
}

import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { expect } from 'chai';
import { findRetransmissions, retransmissionsOf } from './retransmissions.ts';

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:BD64 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
   1: 0100007F:C001 0100007F:01BB 01 00000000:00000000 00:00000000 00000000     0        0 2 1 0 20 4 30 10 -1
   2: 0100007F:C002 0100007F:01BB 01 000000A8:00000000 01:00000032 0000000B     0        0 3 2 0 20 4 30 10 -1
   3: 0100007F:C004 0100007F:01BB 01 000000A8:00000000 04:00000032 00000000     0        2 4 2 0 20 4 30 10 -1
`;

describe('findRetransmissions', () => {
	const cases = [
		{ name: 'none on a connection that is well', localPort: 0xc001, remotePort: 443, is: 0 },
		{ name: 'those of one that is not', localPort: 0xc002, remotePort: 443, is: 11 },
		{ name: 'questions without an answer', localPort: 0xc004, remotePort: 443, is: 2 },
		{ name: 'nothing of one it does not know', localPort: 0xc003, remotePort: 443, is: undefined },
		{ name: 'nothing of one elsewhere', localPort: 0xc002, remotePort: 80, is: undefined },
	];
	for (const { name, is, ...ports } of cases) {
		it(`must find ${name}`, () => expect(findRetransmissions(table, ports)).to.equal(is));
	}
});

describe('retransmissionsOf', () => {
	it('must find none on a real connection', async () => {
		const server = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
		await once(server, 'listening');
		const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
		await once(socket, 'connect');
		socket.write('hello');
		expect(await retransmissionsOf(socket)).to.equal(0);
		socket.destroy();
		server.close();
	});

	it('must know nothing of a socket without a connection', async () => {
		expect(await retransmissionsOf({ localPort: undefined, remotePort: undefined })).to.equal(
			undefined,
		);
	});
});

import { once } from 'node:events';
import net from 'node:net';
import { expect } from 'chai';
import { startCloud, type TestCloud } from '../testing/start-cloud.ts';

describe('faults of the development cloud', () => {
	let test: TestCloud;
	beforeEach(async () => (test = await startCloud()));
	afterEach(() => test.close());

	it('must close its side of a connection and leave the other open', async () => {
		test.cloud.faults.add({ match: 'GET ^/ping', halfClose: true });
		const { port, hostname } = new URL(test.url);
		const socket = net.connect({ port: Number(port), host: hostname, allowHalfOpen: true });
		socket.write('GET /ping HTTP/1.1\r\nHost: x\r\n\r\n');
		const received = once(socket, 'data').then(() => 'data');
		const ended = once(socket, 'end').then(() => 'end');
		expect(await Promise.race([received, ended])).to.equal('end');
		expect(socket.writable).to.equal(true);
		socket.destroy();
	});

	it('must answer without an end, until nobody listens any more', async () => {
		test.cloud.faults.add({ match: 'GET ^/ping', trickleMs: 1 });
		const answer = await test.send({ path: '/ping' });
		expect(answer.status).to.equal(200);
		let count = 0;
		for await (const chunk of answer.body ?? []) {
			count += (chunk as Uint8Array).length;
			if (count > 5) break;
		}
		expect(count).to.be.above(5);
	});
});

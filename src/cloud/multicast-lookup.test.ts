import dns, { type LookupAddress } from 'node:dns';
import createMulticast, { type MulticastDNS, type QueryPacket } from 'multicast-dns';
import { expect } from 'chai';
import sinon from 'sinon';
import { skipTest } from '../../test/support/skip-test.ts';
import { systemClock } from '../kit/clock.ts';
import { createFakeClock } from '../kit/testing/fake-clock.ts';
import { createMulticastLookup, type MulticastLookup } from './multicast-lookup.ts';
import { createNameLookup } from './name-lookup.ts';

const here = '127.0.0.1';
const port = 40_000 + (process.pid % 20_000);

/** A computer on the network that answers for `shed.local`, to the second question only. */
async function startShed(): Promise<MulticastDNS | undefined> {
	const shed = createMulticast({ interface: here, bind: '0.0.0.0', port });
	let asked = 0;
	shed.on('query', ({ questions = [] }: QueryPacket) => {
		const isAsked = questions.some(({ name, type }) => name === 'shed.local' && type === 'A');
		if (!isAsked) return;
		asked += 1;
		if (asked === 1) return;
		shed.respond([
			{ name: 'barn.local', type: 'A', ttl: 10, data: '192.0.2.9' },
			{ name: 'Shed.local', type: 'A', ttl: 10, data: '192.0.2.7' },
			{ name: 'Shed.local', type: 'AAAA', ttl: 10, data: '2001:db8::7' },
			{ name: 'Shed.local', type: 'AAAA', ttl: 10, data: 'fe80::7' },
		]);
	});
	const works = await new Promise<boolean>((resolve) => {
		shed.once('ready', () => resolve(true));
		shed.once('error', () => resolve(false));
		shed.once('warning', () => resolve(false)); // no group may be joined here
	});
	if (works) return shed;
	shed.destroy();
	return undefined;
}

describe('createMulticastLookup', () => {
	let shed: MulticastDNS | undefined;
	before(async function () {
		shed = await startShed();
		if (shed === undefined) skipTest(this, 'multicast does not work on this computer');
	});
	after(() => shed?.destroy());

	const create = (): MulticastLookup =>
		createMulticastLookup({ clock: systemClock, addresses: () => [here], port });

	it('must find a computer by the name it answers to, also when the first question is lost', async () => {
		const lookup = create();
		expect(await lookup('shed.local', 0)).to.deep.equal([
			{ address: '192.0.2.7', family: 4 },
			{ address: '2001:db8::7', family: 6 },
		]);
		expect(await lookup('SHED.local'.toLowerCase(), 4)).to.deep.equal([
			{ address: '192.0.2.7', family: 4 },
		]);
	});

	it('must serve the sockets of the cloud', async () => {
		const lookup = createNameLookup({ multicast: create() });
		const found = await new Promise((resolve) =>
			lookup('shed.local', { all: true, family: 4 }, (err, all) => resolve(err ?? all)),
		);
		expect(found).to.deep.equal([{ address: '192.0.2.7', family: 4 }]);
	});
});

describe('createMulticastLookup without an answer', () => {
	afterEach(() => sinon.restore());

	it('must give up after three seconds', async () => {
		const clock = createFakeClock();
		const silent = createMulticastLookup({ clock, addresses: () => [here], port: port + 1 });
		const found = silent('attic.local', 0);
		await untilAsleep(() => clock.sleepers().length > 0);
		await clock.advance(2999);
		expect(clock.sleepers()).to.have.lengthOf(1);
		await clock.advance(1);
		expect(await found).to.deep.equal([]);
	});

	it('must leave to the resolver what nobody answers to', async () => {
		const asked = sinon.stub(dns, 'lookup');
		asked.callsArgWith(2, null, [{ address: '192.0.2.5', family: 4 }]);
		const lookup = createNameLookup({ multicast: () => Promise.resolve([]) });
		const address = await new Promise((resolve) =>
			lookup('attic.local', { family: 4 }, (err, found) => resolve(err ?? found)),
		);
		expect(address).to.equal('192.0.2.5');
		expect(asked.firstCall.args[0]).to.equal('attic.local');
	});

	it('must not ask where no interface leads outside', async () => {
		const clock = createFakeClock();
		const lookup = createMulticastLookup({ clock, addresses: () => [] });
		const none: readonly LookupAddress[] = await lookup('attic.local', 0);
		expect(none).to.deep.equal([]);
	});

	it('must leave other names alone', async () => {
		const lookup = createNameLookup({ multicast: () => Promise.reject(new Error('asked')) });
		const address = await new Promise((resolve) =>
			lookup('localhost', { family: 4 }, (err, found) => resolve(err ?? found)),
		);
		expect(address).to.equal(here);
	});
});

async function untilAsleep(isSo: () => boolean): Promise<void> {
	while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

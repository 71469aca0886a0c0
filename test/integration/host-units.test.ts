import { expect } from 'chai';
import { Message, sessionBus, Variant, type MessageBus } from 'dbus-next';
import { createSystemBus } from '../../src/host/system-bus.ts';
import { createHostUnits, type HostUnits } from '../../src/host/units.ts';
import { createVpn } from '../../src/host/vpn.ts';
import { startPrivateBus, type PrivateBus } from './support/private-bus.ts';

type Properties = Readonly<Record<string, Variant>>;

const known: Readonly<Record<string, Properties>> = {
	'redsocks.service': {
		LoadState: new Variant('s', 'loaded'),
		ActiveState: new Variant('s', 'inactive'),
		PartOf: new Variant('as', ['redsocks-conf.target']),
	},
	'openvpn.service': {
		LoadState: new Variant('s', 'loaded'),
		ActiveState: new Variant('s', 'active'),
		PartOf: new Variant('as', []),
	},
};
const unknown: Properties = {
	LoadState: new Variant('s', 'not-found'),
	ActiveState: new Variant('s', 'inactive'),
	PartOf: new Variant('as', []),
};

/** Stands in for systemd on a real bus. @returns what it was told to restart */
async function startStandIn(address: string): Promise<{ bus: MessageBus; restarted: unknown[] }> {
	const bus = sessionBus({ busAddress: address.replace('path=', 'socket=') });
	const restarted: unknown[] = [];
	const paths = new Map<string, string>();
	const answers: Readonly<
		Record<string, (message: Message) => [signature: string, body: unknown]>
	> = {
		LoadUnit({ body: [unit] }) {
			const path = `/org/freedesktop/systemd1/unit/u${paths.size}`;
			paths.set(path, String(unit));
			return ['o', path];
		},
		Get({ path, body: [, name] }) {
			return ['v', (known[paths.get(path) ?? ''] ?? unknown)[String(name)]];
		},
		RestartUnit({ body }) {
			restarted.push(body);
			return ['o', '/org/freedesktop/systemd1/job/1'];
		},
	};
	bus.addMethodHandler((message: Message) => {
		const answer = answers[message.member]?.(message);
		if (answer === undefined) return false;
		bus.send(Message.newMethodReturn(message, answer[0], [answer[1]]));
		return true;
	});
	await bus.requestName('org.freedesktop.systemd1', 0);
	return { bus, restarted };
}

describe('the host’s units over a real D-Bus', () => {
	let own: PrivateBus | undefined;
	let standIn: Awaited<ReturnType<typeof startStandIn>>;
	let units: HostUnits;
	before(async function () {
		own = await startPrivateBus();
		if (own === undefined) return this.skip();
		standIn = await startStandIn(own.address);
		units = createHostUnits(createSystemBus({ address: own.address }));
	});
	after(async () => {
		if (own === undefined) return;
		standIn.bus.disconnect();
		await own.stop();
	});

	it('must tell what systemd knows of a unit', async () => {
		expect(await units.look('redsocks.service')).to.deep.equal({
			isThere: true,
			isActive: false,
			partOf: ['redsocks-conf.target'],
		});
	});

	it('must tell that a unit is not there', async () => {
		expect(await units.look('resin-proxy-config.service')).to.include({ isThere: false });
	});

	it('must restart a unit', async () => {
		await units.restart('redsocks.service');
		expect(standIn.restarted).to.deep.equal([['redsocks.service', 'fail']]);
	});

	it('must tell the state of the VPN', async () => {
		const vpn = createVpn({ units, statusPath: '/nowhere' });
		expect(await vpn.status()).to.deep.equal({ enabled: true, connected: false });
	});

	it('must fail with a sentence where there is no bus', async () => {
		const alone = createHostUnits(createSystemBus({ address: 'unix:path=/nowhere/bus.sock' }));
		const failure: unknown = await alone.look('redsocks.service').catch((err: unknown) => err);
		expect(failure).to.have.property('code', 'HOST_FAILED');
	});
});

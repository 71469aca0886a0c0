import { expect } from 'chai';
import { Message, sessionBus, Variant, type MessageBus } from 'dbus-next';
import { createSystemBus } from '../../src/host/system-bus.ts';
import { createHostUnits, type SystemdUnits } from '../../src/host/units.ts';
import { createVpn } from '../../src/host/vpn.ts';
import { describeHostUnits } from '../../src/ports/testing/host-units-contract.ts';
import { startPrivateBus, type PrivateBus } from './support/private-bus.ts';

type Properties = Readonly<Record<string, Variant>>;

const unitOf = (load: string, active: string, partOf: string[] = []): Properties => ({
	LoadState: new Variant('s', load),
	ActiveState: new Variant('s', active),
	PartOf: new Variant('as', partOf),
});

const known: Readonly<Record<string, Properties>> = {
	'redsocks.service': unitOf('loaded', 'inactive', ['redsocks-conf.target']),
	'openvpn.service': unitOf('loaded', 'active'),
	'resting.service': unitOf('loaded', 'inactive'),
	'running.service': unitOf('loaded', 'active'),
	'masked.service': unitOf('masked', 'inactive'),
};

interface StandIn {
	readonly bus: MessageBus;
	/** What it was told to restart. */
	readonly restarted: unknown[];
	/** All units are as at first. */
	reset(): void;
}

/** Stands in for systemd on a real bus. */
async function startStandIn(address: string): Promise<StandIn> {
	const bus = sessionBus({ busAddress: address.replace('path=', 'socket=') });
	const restarted: unknown[] = [];
	const paths = new Map<string, string>();
	const changed = new Map<string, Properties>();
	const find = (unit: unknown): Properties =>
		changed.get(String(unit)) ?? known[String(unit)] ?? unitOf('not-found', 'inactive');
	const turn = (unit: unknown, active: string): [string, unknown] | undefined => {
		if (find(unit).LoadState?.value !== 'loaded') return undefined;
		changed.set(String(unit), { ...find(unit), ActiveState: new Variant('s', active) });
		return ['o', '/org/freedesktop/systemd1/job/1'];
	};
	const answers: Readonly<
		Record<string, (message: Message) => [signature: string, body: unknown] | undefined>
	> = {
		LoadUnit({ body: [unit] }) {
			const path = `/org/freedesktop/systemd1/unit/u${paths.size}`;
			paths.set(path, String(unit));
			return ['o', path];
		},
		Get: ({ path, body: [, name] }) => ['v', find(paths.get(path))[String(name)]],
		StartUnit: ({ body: [unit, mode] }) => (mode === 'fail' ? turn(unit, 'active') : undefined),
		StopUnit: ({ body: [unit, mode] }) => (mode === 'fail' ? turn(unit, 'inactive') : undefined),
		RestartUnit({ body }) {
			restarted.push(body);
			return ['o', '/org/freedesktop/systemd1/job/1'];
		},
	};
	bus.addMethodHandler((message: Message) => {
		const answerTo = answers[message.member];
		if (answerTo === undefined) return false;
		const answer = answerTo(message);
		const noSuchUnit = 'org.freedesktop.systemd1.NoSuchUnit';
		bus.send(
			answer === undefined
				? Message.newError(message as never, noSuchUnit, 'no such unit')
				: Message.newMethodReturn(message, answer[0], [answer[1]]),
		);
		return true;
	});
	await bus.requestName('org.freedesktop.systemd1', 0);
	return { bus, restarted, reset: () => changed.clear() };
}

describe('the host’s units over a real D-Bus', () => {
	let own: PrivateBus | undefined;
	let standIn: StandIn;
	let units: SystemdUnits;
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

	describeHostUnits('systemd', () => {
		standIn.reset();
		return Promise.resolve({ units });
	});

	it('must take a unit that is masked for one that is not there', async () => {
		expect(await units.look('masked.service')).to.include({ isThere: false });
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

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { Message, sessionBus, type MessageBus } from 'dbus-next';
import { createHostPower } from '../../src/host/power.ts';
import { createSystemBus } from '../../src/host/system-bus.ts';
import { messageOf } from '../../src/kit/errors.ts';
import type { PowerOrder } from '../../src/ports/host.ts';
import { describeHostPower } from '../../src/ports/testing/host-power-contract.ts';
import { startPrivateBus, type PrivateBus } from './support/private-bus.ts';
import { skipTest } from '../support/skip-test.ts';

const name = 'org.freedesktop.login1';

/** Stands in for logind on a real bus; notes what it is told. */
interface StandIn {
	readonly orders: PowerOrder[];
	isRefusing: boolean;
	readonly bus: MessageBus;
}

async function startStandIn(address: string): Promise<StandIn> {
	const bus = sessionBus({ busAddress: address.replace('path=', 'socket=') });
	const standIn: StandIn = { orders: [], isRefusing: false, bus };
	const words: Readonly<Record<string, PowerOrder>> = { Reboot: 'reboot', PowerOff: 'shutdown' };
	bus.addMethodHandler((message: Message) => {
		if (message.path !== '/org/freedesktop/login1') return false;
		const order = words[message.member];
		if (order === undefined) {
			const word = standIn.isRefusing ? 'na' : 'yes';
			bus.send(Message.newMethodReturn(message, 's', [word]));
		} else if (standIn.isRefusing || message.body[0] !== false) {
			bus.send(Message.newError(message as never, 'org.freedesktop.DBus.Error.AccessDenied', 'no'));
		} else {
			standIn.orders.push(order);
			bus.send(Message.newMethodReturn(message));
		}
		return true;
	});
	await bus.requestName(name, 0);
	return standIn;
}

describe('the host’s switch over a real D-Bus', () => {
	let own: PrivateBus | undefined;
	before(async function () {
		own = await startPrivateBus();
		if (own === undefined) skipTest(this, 'there is no dbus-daemon here');
	});
	after(() => own?.stop());

	describeHostPower('logind', async () => {
		const stateMountpoint = await mkdtemp(path.join(tmpdir(), 'holdfast-state-'));
		const address = own?.address ?? '';
		const standIn = await startStandIn(address);
		return {
			power: createHostPower({ bus: createSystemBus({ address }), stateMountpoint }),
			orders: () => standIn.orders,
			beginOsUpdate: () => writeFile(path.join(stateMountpoint, 'rollback-health-breadcrumb'), ''),
			refuse: () => Promise.resolve(void (standIn.isRefusing = true)),
			close: async () => {
				standIn.bus.disconnect();
				await rm(stateMountpoint, { recursive: true });
			},
		};
	});

	it('must count an order as taken that the host goes down over', async () => {
		const address = own?.address ?? '';
		const silent = sessionBus({ busAddress: address.replace('path=', 'socket=') });
		silent.addMethodHandler((message: Message) => message.member === 'PowerOff');
		await silent.requestName(name, 0);
		const bus = createSystemBus({ address, timeoutMs: 200 });
		const power = createHostPower({ bus, stateMountpoint: '/nowhere' });
		await power.carryOut('shutdown').finally(() => silent.disconnect());
	});

	const failureOf = (address: string, timeoutMs = 500): Promise<string> =>
		createHostPower({ bus: createSystemBus({ address, timeoutMs }), stateMountpoint: '/nowhere' })
			.carryOut('reboot')
			.then(() => 'done', messageOf);

	it('must say that nobody answers on the bus', async () => {
		expect(await failureOf(own?.address ?? '')).to.include('org.freedesktop.login1');
	});

	it('must say that there is no bus', async () => {
		const message = await failureOf('unix:path=/nowhere/bus.sock');
		expect(message).to.include('/nowhere/bus.sock').and.to.include('ENOENT');
	});
});

import { expect } from 'chai';
import { silentLogger } from '../../kit/logger.ts';
import { createFakeClock, type FakeClock } from '../../kit/testing/fake-clock.ts';
import type { AppPhase, DeviceSnapshot } from '../../model/snapshot.ts';
import type { TargetState } from '../../model/target.ts';
import { unitSpacingMs, unitWishes } from '../../plan/host/unit-orders.ts';
import { createFakeUnits, type FakeUnits } from '../../ports/testing/fake-units.ts';
import { createStateBoard, type StateBoard } from '../board.ts';
import { appUuidOf, targetOf } from '../testing/target-documents.ts';
import { createUnitKeeper } from './unit-keeper.ts';

const minuteMs = 60_000;
const vpn = 'openvpn.service';

describe('the keeper of the host’s units', () => {
	let board: StateBoard;
	let clock: FakeClock;
	let units: FakeUnits;
	let settings: { vpn: boolean; hostDiscoverability: boolean };
	let said: string[];
	let end: () => Promise<void>;

	const target = (): TargetState => targetOf({ services: { web: {} } });
	const apps = (phase: AppPhase): DeviceSnapshot['apps'] => ({
		[appUuidOf()]: { phase, reason: '', since: 0, failures: 0 },
	});
	/** Lets what is awaited happen. */
	const rest = (): Promise<void> => clock.advance(0);
	const setTarget = async (values: Partial<typeof settings> = {}): Promise<void> => {
		Object.assign(settings, values);
		board.update({ target: target() });
		await rest();
	};
	const settle = async (): Promise<void> => {
		board.update({ apps: apps('applying') });
		board.update({ apps: apps('settled') });
		await rest();
	};
	const run = async (isManaged = true, before: () => void = () => undefined): Promise<void> => {
		const keeper = createUnitKeeper({
			...{ units, board, clock, log: silentLogger },
			wishes: (phase) => unitWishes({ settings, isManaged, phase }),
			announce: (message) => void said.push(message),
		});
		const ending = new AbortController();
		before();
		const ended = keeper.run(ending.signal);
		end = async () => {
			ending.abort();
			await ended;
		};
		await rest();
	};

	beforeEach(() => {
		board = createStateBoard();
		clock = createFakeClock();
		units = createFakeUnits({ [vpn]: true });
		settings = { vpn: true, hostDiscoverability: true };
		said = [];
	});
	afterEach(() => end());

	it('must stop the VPN when it is switched off, and say so', async () => {
		await run();
		await setTarget();
		await settle();
		await setTarget({ vpn: false });
		expect(units.orders).to.deep.equal([`stop ${vpn}`]);
		expect(said).to.deep.equal([
			'Applying configuration change {"SUPERVISOR_VPN_CONTROL":false}',
			'Applied configuration change {"SUPERVISOR_VPN_CONTROL":false}',
		]);
	});

	it('must start the VPN when it is switched on again', async () => {
		units.active.set(vpn, false);
		await run();
		await setTarget({ vpn: false });
		await settle();
		await setTarget({ vpn: true });
		expect(units.active.get(vpn)).to.equal(true);
	});

	it('must follow every change of a device that is at rest', async () => {
		await run();
		await setTarget();
		await settle();
		for (const isOn of [false, true, false]) {
			await setTarget({ vpn: isOn });
			expect(units.active.get(vpn)).to.equal(isOn);
		}
	});

	it('must touch no VPN before the first target, nor on a device without a cloud', async () => {
		settings.vpn = false;
		await run(false);
		await setTarget();
		await settle();
		await end();
		board = createStateBoard();
		await run();
		expect(units.orders).to.deep.equal([]);
	});

	it('must force the VPN on until the first apply is done', async () => {
		units.active.set(vpn, false);
		await run();
		await setTarget({ vpn: false });
		expect(units.active.get(vpn)).to.equal(true);
		await clock.advance(minuteMs);
		expect(units.active.get(vpn)).to.equal(true);
		await settle();
		expect(units.active.get(vpn)).to.equal(false);
		await setTarget();
		expect(units.orders).to.deep.equal([`start ${vpn}`, `stop ${vpn}`]);
	});

	it('must force the VPN on also when the first target was there from the beginning', async () => {
		units.active.set(vpn, false);
		settings.vpn = false;
		await run(true, () => board.update({ target: target() }));
		expect(units.orders).to.deep.equal([`start ${vpn}`]);
	});

	it('must try once an hour', async () => {
		units.isLazy = true;
		units.active.set(vpn, false);
		await run();
		await setTarget();
		expect(units.orders).to.have.lengthOf(1);
		for (let minute = 1; minute < 60; minute++) {
			await clock.advance(minuteMs);
			await setTarget();
		}
		expect(units.orders).to.have.lengthOf(1);
		await clock.advance(unitSpacingMs);
		expect(units.orders).to.have.lengthOf(2);
	});

	it('must try at once when the device has settled in between', async () => {
		units.isLazy = true;
		units.active.set(vpn, false);
		await run();
		await setTarget();
		await settle();
		expect(units.orders).to.have.lengthOf(2);
	});

	it('must bring back a VPN that somebody stopped, within an hour', async () => {
		await run();
		await setTarget();
		await settle();
		units.active.set(vpn, false);
		await clock.advance(unitSpacingMs);
		expect(units.active.get(vpn)).to.equal(true);
	});

	it('must look again when the host could not be reached', async () => {
		units.isGone = true;
		units.active.set(vpn, false);
		await run();
		await setTarget();
		expect(units.orders).to.deep.equal([]);
		units.isGone = false;
		await settle();
		expect(units.orders).to.deep.equal([`start ${vpn}`]);
	});

	it('must go on, and say so, when the host refuses', async () => {
		units.active.set(vpn, false);
		units.start = () => Promise.reject(new Error('Access denied'));
		await run();
		await setTarget();
		expect(said).to.deep.equal([
			'Applying configuration change {"SUPERVISOR_VPN_CONTROL":true}',
			'Error applying configuration change: Access denied',
		]);
		await setTarget({ vpn: false });
		await settle();
		expect(units.active.get(vpn)).to.equal(false);
	});

	it('must switch the announcing of the device, socket and service, with one message', async () => {
		units.active.clear();
		for (const unit of ['avahi-daemon.socket', 'avahi-daemon.service'])
			units.active.set(unit, true);
		settings.hostDiscoverability = false;
		await run(false);
		expect(units.orders).to.deep.equal(['stop avahi-daemon.socket', 'stop avahi-daemon.service']);
		expect(said).to.have.lengthOf(2);
		await setTarget({ hostDiscoverability: true });
		await settle();
		expect([...units.active.values()]).to.deep.equal([true, true]);
	});
});

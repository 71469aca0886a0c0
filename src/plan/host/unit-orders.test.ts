import { expect } from 'chai';
import type { HostUnit } from '../../model/host-unit.ts';
import {
	computeUnitOrders,
	unitSpacingMs,
	unitWishes,
	type ApplyPhase,
	type UnitWish,
} from './unit-orders.ts';

const wishesOf = (
	settings: { vpn?: boolean; hostDiscoverability?: boolean },
	phase: ApplyPhase = 'later',
	isManaged = true,
): Record<string, boolean> => {
	const wishes = unitWishes({
		settings: { vpn: true, hostDiscoverability: true, ...settings },
		phase,
		isManaged,
	});
	return Object.fromEntries(
		wishes.flatMap(({ units, isActive }) => units.map((unit) => [unit, isActive])),
	);
};

describe('unitWishes', () => {
	const cases = [
		{ name: 'on', vpn: true, phase: 'later', wanted: true },
		{ name: 'off', vpn: false, phase: 'later', wanted: false },
		{ name: 'on in the first apply', vpn: true, phase: 'first apply', wanted: true },
		{ name: 'off in the first apply', vpn: false, phase: 'first apply', wanted: true },
		{ name: 'off, before any target', vpn: false, phase: 'no target yet', wanted: undefined },
	] as const;
	for (const { name, vpn, phase, wanted } of cases) {
		it(`must want the VPN ${String(wanted)} when it is set ${name}`, () => {
			expect(wishesOf({ vpn }, phase)['openvpn.service']).to.equal(wanted);
		});
	}

	it('must leave the VPN of a device without a cloud alone', () => {
		expect(wishesOf({ vpn: true }, 'later', false)).not.to.have.property('openvpn.service');
	});

	for (const isOn of [true, false]) {
		it(`must want the announcing ${isOn ? 'on' : 'off'} before any target, its socket first`, () => {
			const wishes = wishesOf({ hostDiscoverability: isOn }, 'no target yet', false);
			expect(Object.entries(wishes)).to.deep.equal([
				['avahi-daemon.socket', isOn],
				['avahi-daemon.service', isOn],
			]);
		});
	}
});

describe('computeUnitOrders', () => {
	const wish = (isActive: boolean): UnitWish => ({
		...{ variable: 'A', units: ['a.socket', 'a.service'], isActive, cause: 'A is set so' },
	});
	const running: HostUnit = { isThere: true, isActive: true };
	const resting: HostUnit = { isThere: true, isActive: false };
	const absent: HostUnit = { isThere: false, isActive: false };
	const cases: readonly {
		name: string;
		isActive: boolean;
		seen: Record<string, HostUnit>;
		triedAgoMs?: number;
		orders: string[];
	}[] = [
		{
			name: 'start what does not run',
			isActive: true,
			seen: { 'a.socket': resting, 'a.service': resting },
			orders: ['startUnits a.socket a.service'],
		},
		{
			name: 'stop what runs, and only that',
			isActive: false,
			seen: { 'a.socket': resting, 'a.service': running },
			orders: ['stopUnits a.service'],
		},
		{
			name: 'leave alone what is as wished',
			isActive: true,
			seen: { 'a.socket': running, 'a.service': running },
			orders: [],
		},
		{
			name: 'leave alone what the host does not have',
			isActive: true,
			seen: { 'a.socket': absent, 'a.service': absent },
			orders: [],
		},
		{ name: 'leave alone what was not looked at', isActive: true, seen: {}, orders: [] },
		{
			name: 'try once in an hour',
			isActive: true,
			seen: { 'a.service': resting },
			triedAgoMs: unitSpacingMs - 1,
			orders: [],
		},
		{
			name: 'try again after an hour',
			isActive: true,
			seen: { 'a.service': resting },
			triedAgoMs: unitSpacingMs,
			orders: ['startUnits a.service'],
		},
	];
	for (const { name, isActive, seen, triedAgoMs, orders } of cases) {
		it(`must ${name}`, () => {
			const nowMs = 10 * unitSpacingMs;
			const computed = computeUnitOrders({
				wishes: [wish(isActive)],
				observed: new Map(Object.entries(seen)),
				lastTriedMs: new Map(triedAgoMs === undefined ? [] : [['A', nowMs - triedAgoMs]]),
				nowMs,
			});
			expect(computed.map(({ kind, units }) => [kind, ...units].join(' '))).to.deep.equal(orders);
			for (const { cause } of computed) expect(cause).to.equal('A is set so');
		});
	}
});

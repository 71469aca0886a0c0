import type { Settings } from '../../config/settings.ts';
import type { HostUnit } from '../../model/host-unit.ts';

/** How far the device is with its targets. */
export type ApplyPhase = 'no target yet' | 'first apply' | 'later';

/** How units of the host should be, by which device configuration variable. */
export interface UnitWish {
	/** Name without prefix. */
	readonly variable: string;
	/** Full names, in the order in which they are to be changed: `openvpn.service`. */
	readonly units: readonly string[];
	readonly isActive: boolean;
	/** In words a user could read. */
	readonly cause: string;
}

/** An order to systemd: data, and nothing but data. */
export interface UnitOrder extends UnitWish {
	readonly kind: 'startUnits' | 'stopUnits';
}

export interface UnitWishInput {
	readonly settings: Pick<Settings, 'vpn' | 'hostDiscoverability'>;
	/** The device has a cloud. */
	readonly isManaged: boolean;
	readonly phase: ApplyPhase;
}

/** The units that the settings decide about (contract 2.7, 3.3, 5.8). */
export function unitWishes({ settings, isManaged, phase }: UnitWishInput): UnitWish[] {
	const discovery = wish('HOST_DISCOVERABILITY', settings.hostDiscoverability, [
		'avahi-daemon.socket', // first: left open, it starts its service again
		'avahi-daemon.service',
	]);
	if (!isManaged || phase === 'no target yet') return [discovery];
	return [vpnWish(settings.vpn, phase), discovery];
}

/** Whatever the variable says, a device that comes up is within reach of its cloud while it applies its first target. */
function vpnWish(isOn: boolean, phase: ApplyPhase): UnitWish {
	const asSet = wish('SUPERVISOR_VPN_CONTROL', isOn, ['openvpn.service']);
	if (isOn || phase === 'later') return asSet;
	return { ...asSet, isActive: true, cause: 'the VPN is on while the first target is applied' };
}

function wish(variable: string, isActive: boolean, units: readonly string[]): UnitWish {
	return { variable, units, isActive, cause: `${variable} is ${isActive ? 'on' : 'off'}` };
}

export interface UnitOrdersInput {
	readonly wishes: readonly UnitWish[];
	/** By unit; one that is not among them could not be looked at. */
	readonly observed: ReadonlyMap<string, HostUnit>;
	/** By variable: monotonic milliseconds of the last order since the device settled. */
	readonly lastTriedMs: ReadonlyMap<string, number>;
	readonly nowMs: number;
}

/** One variable gives one order in so long, unless the device settles meanwhile. */
export const unitSpacingMs = 3_600_000;

/** The orders that make the units as wished; none for a unit that the host does not have. */
export function computeUnitOrders(input: UnitOrdersInput): UnitOrder[] {
	const { wishes, observed, lastTriedMs, nowMs } = input;
	return wishes.flatMap((wished): UnitOrder[] => {
		const { variable, isActive } = wished;
		const units = wished.units.filter((unit) => {
			const seen = observed.get(unit);
			return seen?.isThere === true && seen.isActive !== isActive;
		});
		const isTooSoon = nowMs - (lastTriedMs.get(variable) ?? -Infinity) < unitSpacingMs;
		if (units.length === 0 || isTooSoon) return [];
		return [{ kind: isActive ? 'startUnits' : 'stopUnits', ...wished, units }];
	});
}

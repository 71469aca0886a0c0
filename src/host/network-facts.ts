import { access, readdir } from 'node:fs/promises';
import type { NetworkInterfaceInfo } from 'node:os';
import path from 'node:path';
import { readText } from './read-text.ts';

/** Interfaces that container engines, VPNs and the supervisor make; their addresses are no way to reach the device. */
const ownInterfaces =
	/^(lo|docker\d+|balena\d+|rce\d+|tun\d+|veth.*|br-[0-9a-f]{12}|supervisor0|resin-(dns|vpn|redsocks)|balena-redsocks)$/;

/** IPv4 and global IPv6 addresses, joined by a space, each once, in the order of the interfaces. */
export function ipAddressesOf(
	interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
): string {
	const addresses = Object.entries(interfaces)
		.filter(([name]) => !ownInterfaces.test(name))
		.flatMap(([, infos]) => infos ?? [])
		.filter((info) => !info.internal && (info.family === 'IPv4' || isGlobal(info)))
		.map(({ address }) => address);
	return [...new Set(addresses)].join(' ');
}

/** Link-local addresses have a scope. */
function isGlobal(info: NetworkInterfaceInfo): boolean {
	return info.family === 'IPv6' && info.scopeid === 0 && !info.address.startsWith('fe80:');
}

/**
 * Hardware addresses of Ethernet-like interfaces that are not part of a bridge, upper case, joined by a space. Where
 * there is hardware, only its addresses; otherwise (a device in a container) those of virtual ones.
 * @param folder - `/sys/class/net`
 */
export async function readMacAddresses(folder: string): Promise<string> {
	const names = await readdir(folder).catch(() => []);
	// Every container brings an interface: none of their files is opened.
	const others = names.filter((name) => !ownInterfaces.test(name));
	const found = await Promise.all(others.sort().map((name) => readInterface(folder, name)));
	const usable = found.flatMap((one) => (one === undefined ? [] : [one]));
	const physical = usable.filter(({ isPhysical }) => isPhysical);
	const chosen = physical.length > 0 ? physical : usable;
	return [...new Set(chosen.map(({ address }) => address))].join(' ');
}

interface Interface {
	readonly address: string;
	readonly isPhysical: boolean;
}

async function readInterface(folder: string, name: string): Promise<Interface | undefined> {
	const at = (file: string): string => path.join(folder, name, file);
	const [type, address = '', hasMaster, isBridge, isPhysical] = await Promise.all([
		readText(at('type')),
		readText(at('address')),
		exists(at('master')),
		exists(at('bridge')),
		exists(at('device')),
	]);
	const isUsable = type === '1' && !hasMaster && !isBridge && /[1-9a-f]/i.test(address);
	return isUsable ? { address: address.toUpperCase(), isPhysical } : undefined;
}

export async function exists(filePath: string): Promise<boolean> {
	return access(filePath).then(
		() => true,
		() => false,
	);
}

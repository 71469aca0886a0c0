import type { FirewallWish, IpFamily, ObservedFilter } from '../../model/firewall.ts';

/** The chain of what comes to the device itself, in `INPUT`. */
export const inputChain = 'BALENA-FIREWALL';
/** The chain of what the engine passes on to containers, in its `DOCKER-USER`. */
export const forwardChain = 'BALENA-SUPERVISOR';
export const engineChain = 'DOCKER-USER';

/** Where the cloud, the device itself and its services come from. */
const apiInterfaces = ['resin-vpn', 'tun0', 'docker0', 'lo', 'supervisor0'];
const vpnInterface = 'resin-vpn';
const supervisorInterface = 'supervisor0';
/** The bridges of the engine, whose containers ask the host for names. */
const bridges = ['balena0', 'docker0', 'br+'];

/** What differs between the families: the rest is the same for both. */
const families: Readonly<Record<IpFamily, { readonly icmp: string; readonly own: string[] }>> = {
	IPv4: { icmp: 'icmp', own: ['-d 224.0.0.0/4 -j ACCEPT'] },
	// The answer of a DHCPv6 server is to a multicast, so that it belongs to no connection that the kernel knows.
	IPv6: {
		icmp: 'ipv6-icmp',
		own: ['-d ff00::/8 -j ACCEPT', '-p udp -s fe80::/10 --dport 546 -j ACCEPT'],
	},
};

/**
 * Text for `iptables-restore --noflush`: our chains hold these rules and no others afterwards, all at once, and everybody
 * else's stay as they are. A jump to our chain keeps its place in `INPUT`, where a host may have rules of its own before
 * it; without one it becomes the first rule.
 */
export function firewallText(
	wish: FirewallWish,
	family: IpFamily,
	observed: ObservedFilter,
): string {
	const lines = [
		`:${inputChain} - [0:0]`,
		...inputRules(wish, family).map((rule) => `-A ${inputChain} ${rule}`),
		...jumpLines('INPUT', inputChain, observed.inputJumps),
		...(family === 'IPv4' ? forwardLines(wish, observed) : []),
	];
	return ['*filter', ...lines, 'COMMIT', ''].join('\n');
}

function inputRules(wish: FirewallWish, family: IpFamily): string[] {
	const { icmp, own } = families[family];
	return [
		'-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
		'-m addrtype --src-type LOCAL -j ACCEPT',
		...apiRules(wish),
		'-p tcp --dport 22222 -j ACCEPT',
		'-p tcp --dport 2375 -j ACCEPT',
		...own,
		`-p ${icmp} -j ACCEPT`,
		...bridges.map((name) => `-i ${name} -p udp --dport 53 -j ACCEPT`),
		wish.isClosed ? '-j REJECT' : '-j RETURN',
	];
}

function apiRules({ apiPort, overridePort, isApiOpen }: FirewallWish): string[] {
	const only = (port: number, names: readonly string[]): string[] => [
		...names.map((name) => `-i ${name} -p tcp --dport ${port} -j ACCEPT`),
		`-p tcp --dport ${port} -j REJECT`,
	];
	const moved = overridePort === undefined ? [] : only(overridePort, [supervisorInterface]);
	if (overridePort === apiPort) return moved;
	const usual = isApiOpen ? [`-p tcp --dport ${apiPort} -j ACCEPT`] : only(apiPort, apiInterfaces);
	return [...moved, ...usual];
}

/** Another program serves the usual port, out of a container: the cloud alone reaches it, unless the port is open. */
function forwardLines(
	{ apiPort, overridePort, isApiOpen }: FirewallWish,
	{ hasEngineChain, forwardJumps }: ObservedFilter,
): string[] {
	if (!hasEngineChain) return [];
	if (overridePort === undefined || isApiOpen) {
		return deletions(engineChain, forwardChain, forwardJumps);
	}
	// By then the packet has the container's address; the connection remembers the port that was called.
	const called = `-p tcp -m conntrack --ctstate DNAT --ctorigdstport ${apiPort}`;
	return [
		`:${forwardChain} - [0:0]`,
		`-A ${forwardChain} -i ${vpnInterface} -j RETURN`,
		`-A ${forwardChain} ${called} --ctdir ORIGINAL -j REJECT`,
		...jumpLines(engineChain, forwardChain, forwardJumps),
	];
}

function jumpLines(from: string, to: string, present: number): string[] {
	return present === 0 ? [`-I ${from} 1 -j ${to}`] : deletions(from, to, present - 1);
}

function deletions(from: string, to: string, count: number): string[] {
	return Array.from({ length: count }, () => `-D ${from} -j ${to}`);
}

/** @param listing - what `iptables -S` prints of the table `filter` */
export function parseFilter(listing: string): ObservedFilter {
	const lines = listing.split('\n').map((line) => line.trim());
	const count = (wanted: string): number => lines.filter((line) => line === wanted).length;
	return {
		inputJumps: count(`-A INPUT -j ${inputChain}`),
		hasEngineChain: count(`-N ${engineChain}`) > 0,
		forwardJumps: count(`-A ${engineChain} -j ${forwardChain}`),
	};
}

import { expect } from 'chai';
import type { FirewallWish, ObservedFilter } from '../../model/firewall.ts';
import { firewallText, parseFilter } from './firewall-rules.ts';

const fresh: ObservedFilter = { inputJumps: 0, hasEngineChain: true, forwardJumps: 0 };
const settled: ObservedFilter = { inputJumps: 1, hasEngineChain: true, forwardJumps: 1 };
const wishOf = (wish: Partial<FirewallWish> = {}): FirewallWish => ({
	...{ isClosed: false, apiPort: 48_484, isApiOpen: false },
	...wish,
});
const linesOf = (wish: Partial<FirewallWish>, observed = settled): string[] =>
	firewallText(wishOf(wish), 'IPv4', observed).split('\n');

describe('the text of the firewall', () => {
	it('must be this at first, for IPv4', () => {
		expect(firewallText(wishOf(), 'IPv4', fresh)).to.equal(`*filter
:BALENA-FIREWALL - [0:0]
-A BALENA-FIREWALL -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A BALENA-FIREWALL -m addrtype --src-type LOCAL -j ACCEPT
-A BALENA-FIREWALL -i resin-vpn -p tcp --dport 48484 -j ACCEPT
-A BALENA-FIREWALL -i tun0 -p tcp --dport 48484 -j ACCEPT
-A BALENA-FIREWALL -i docker0 -p tcp --dport 48484 -j ACCEPT
-A BALENA-FIREWALL -i lo -p tcp --dport 48484 -j ACCEPT
-A BALENA-FIREWALL -i supervisor0 -p tcp --dport 48484 -j ACCEPT
-A BALENA-FIREWALL -p tcp --dport 48484 -j REJECT
-A BALENA-FIREWALL -p tcp --dport 22222 -j ACCEPT
-A BALENA-FIREWALL -p tcp --dport 2375 -j ACCEPT
-A BALENA-FIREWALL -d 224.0.0.0/4 -j ACCEPT
-A BALENA-FIREWALL -p icmp -j ACCEPT
-A BALENA-FIREWALL -i balena0 -p udp --dport 53 -j ACCEPT
-A BALENA-FIREWALL -i docker0 -p udp --dport 53 -j ACCEPT
-A BALENA-FIREWALL -i br+ -p udp --dport 53 -j ACCEPT
-A BALENA-FIREWALL -j RETURN
-I INPUT 1 -j BALENA-FIREWALL
COMMIT
`);
	});

	it('must be this for IPv6 when the rest is rejected', () => {
		const text = firewallText(wishOf({ isClosed: true, apiPort: 80 }), 'IPv6', settled);
		expect(text).to.equal(`*filter
:BALENA-FIREWALL - [0:0]
-A BALENA-FIREWALL -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A BALENA-FIREWALL -m addrtype --src-type LOCAL -j ACCEPT
-A BALENA-FIREWALL -i resin-vpn -p tcp --dport 80 -j ACCEPT
-A BALENA-FIREWALL -i tun0 -p tcp --dport 80 -j ACCEPT
-A BALENA-FIREWALL -i docker0 -p tcp --dport 80 -j ACCEPT
-A BALENA-FIREWALL -i lo -p tcp --dport 80 -j ACCEPT
-A BALENA-FIREWALL -i supervisor0 -p tcp --dport 80 -j ACCEPT
-A BALENA-FIREWALL -p tcp --dport 80 -j REJECT
-A BALENA-FIREWALL -p tcp --dport 22222 -j ACCEPT
-A BALENA-FIREWALL -p tcp --dport 2375 -j ACCEPT
-A BALENA-FIREWALL -d ff00::/8 -j ACCEPT
-A BALENA-FIREWALL -p udp -s fe80::/10 --dport 546 -j ACCEPT
-A BALENA-FIREWALL -p ipv6-icmp -j ACCEPT
-A BALENA-FIREWALL -i balena0 -p udp --dport 53 -j ACCEPT
-A BALENA-FIREWALL -i docker0 -p udp --dport 53 -j ACCEPT
-A BALENA-FIREWALL -i br+ -p udp --dport 53 -j ACCEPT
-A BALENA-FIREWALL -j REJECT
COMMIT
`);
	});

	it('must open the local API to everybody while no key is needed', () => {
		const about = linesOf({ isApiOpen: true }).filter((line) => line.includes('48484'));
		expect(about).to.deep.equal(['-A BALENA-FIREWALL -p tcp --dport 48484 -j ACCEPT']);
	});

	it('must open a port that the local API was moved to for services alone, also while no key is needed', () => {
		for (const isApiOpen of [true, false]) {
			const about = linesOf({ isApiOpen, overridePort: 4000 }).filter((line) =>
				line.includes('--dport 4000'),
			);
			expect(about).to.deep.equal([
				'-A BALENA-FIREWALL -i supervisor0 -p tcp --dport 4000 -j ACCEPT',
				'-A BALENA-FIREWALL -p tcp --dport 4000 -j REJECT',
			]);
		}
	});

	it('must let the cloud alone through to the program that serves the usual port then', () => {
		const lines = linesOf({ overridePort: 4000 }, fresh);
		const chains = /^(:BALENA-SUPERVISOR|-A BALENA-SUPERVISOR|-. DOCKER-USER)/;
		expect(lines.filter((line) => chains.test(line))).to.deep.equal([
			':BALENA-SUPERVISOR - [0:0]',
			'-A BALENA-SUPERVISOR -i resin-vpn -j RETURN',
			'-A BALENA-SUPERVISOR -p tcp -m conntrack --ctstate DNAT --ctorigdstport 48484 --ctdir ORIGINAL -j REJECT',
			'-I DOCKER-USER 1 -j BALENA-SUPERVISOR',
		]);
	});

	const without: readonly {
		name: string;
		wish: Partial<FirewallWish>;
		observed: ObservedFilter;
	}[] = [
		{
			name: 'while no key is needed',
			wish: { overridePort: 4000, isApiOpen: true },
			observed: settled,
		},
		{ name: 'once the local API is back', wish: {}, observed: settled },
	];
	for (const { name, wish, observed } of without) {
		it(`must keep nobody from that program ${name}`, () => {
			const lines = linesOf(wish, observed).filter((line) => line.includes('BALENA-SUPERVISOR'));
			expect(lines).to.deep.equal(['-D DOCKER-USER -j BALENA-SUPERVISOR']);
		});
	}

	it('must leave the chain of an engine alone that has none', () => {
		const text = linesOf({ overridePort: 4000 }, { ...fresh, hasEngineChain: false }).join('\n');
		expect(text).not.to.include('DOCKER-USER');
	});

	it('must keep the place of the jump, and take away those that are too many', () => {
		const jumps = (inputJumps: number): string[] =>
			linesOf({}, { ...settled, inputJumps }).filter((line) => line.includes(' INPUT '));
		expect(jumps(1)).to.deep.equal([]);
		expect(jumps(3)).to.deep.equal(Array(2).fill('-D INPUT -j BALENA-FIREWALL'));
	});
});

describe('parseFilter', () => {
	it('must find our jumps and the chain of the engine', () => {
		const listing = `-P INPUT ACCEPT
-N BALENA-FIREWALL
-N BALENA-SUPERVISOR
-N DOCKER-USER
-A INPUT -i eth0 -p tcp -m tcp --dport 80 -j ACCEPT
-A INPUT -j BALENA-FIREWALL
-A DOCKER-USER -j BALENA-SUPERVISOR
-A DOCKER-USER -j RETURN
`;
		expect(parseFilter(listing)).to.deep.equal(settled);
	});

	it('must find nothing in a table as the kernel makes it', () => {
		expect(parseFilter('-P INPUT ACCEPT\n-P FORWARD ACCEPT\n-P OUTPUT ACCEPT\n')).to.deep.equal({
			...{ inputJumps: 0, hasEngineChain: false, forwardJumps: 0 },
		});
	});
});

import { z } from 'zod';
import { isRecord } from '../../kit/digest.ts';
import type { ServiceComposition } from '../composition.ts';
import { field } from './field.ts';
import { Partly } from './partly.ts';
import { exposedPorts, ports } from './ports.ts';
import { serviceNetworks } from './service-networks.ts';
import { ipAddress, listOrOne, macAddress, splitAtFirst, textList, word } from './values.ts';

const hostEntry = z
	.string()
	.regex(/^[^\s:]+:\S+$/, 'must be a name and an address such as db:10.0.0.2');

/** `name:address` entries, from a list (with `=` or `:`) or a map; brackets around an address are left out. */
const extraHosts = z.preprocess(
	(value) =>
		isRecord(value)
			? Object.entries(value).flatMap(([name, addresses]) =>
					[addresses].flat().map((address) => `${name}:${String(address)}`),
				)
			: value,
	textList
		.transform((hosts) =>
			hosts
				.map((host) => (host.includes('=') ? splitAtFirst(host, '=').join(':') : host))
				.map((host) => host.replace(/^([^:]+):\[(.*)\]$/, '$1:$2')),
		)
		.pipe(z.array(hostEntry)),
);

const networkMode = word.transform((mode) =>
	mode.startsWith('container:')
		? new Partly<string | undefined>(undefined, [
				{ path: [], reason: 'containers of others cannot be joined' },
			])
		: new Partly<string | undefined>(mode.replace(/^service:\s+/, 'service:')),
);

/** How the container is reached, and what it can reach. */
export const networkingFields = {
	ports: field(ports.default([]), {
		forms:
			'list of `[ip:][host[-host]:]container[-container][/protocol]`, or of maps of `target`, `published`, `host_ip`, `protocol`',
		engine: 'ExposedPorts, HostConfig.PortBindings',
		fallback: 'none',
		doc: "Ports published on the device. A short form without a host port takes the container's; in the long form, and for port 0, the engine chooses.",
	}),
	expose: field(exposedPorts.default([]), {
		forms: 'list of ports and ranges with an optional protocol: `80`, `53/udp`, `8000-8010`',
		engine: 'ExposedPorts',
		fallback: 'none',
		doc: 'Ports that are declared, but not published.',
	}),
	networks: field(serviceNetworks.default([]), {
		forms:
			'list of names; map of names to null or a map of `aliases`, `ipv4_address`, `ipv6_address`, `link_local_ips`, `driver_opts`, `priority`',
		engine: 'HostConfig.NetworkMode, NetworkingConfig, later connections',
		fallback: '`default`',
		doc: 'Networks of the app that the service joins, where it is known by its name; those of higher priority first.',
	}),
	network_mode: field(networkMode.optional(), {
		forms:
			'`host`, `none`, `bridge`, `service:X`, or a network of the app; `container:X` has no effect',
		engine: 'HostConfig.NetworkMode',
		fallback: 'the networks of `networks`',
		doc: "The host's network, none, the engine's bridge, or the network of another service, which then comes first.",
	}),
	hostname: field(word.optional(), {
		forms: 'string',
		engine: 'Hostname',
		fallback: "the container's id; the device's name with the host's network",
		doc: 'The host name inside the container.',
	}),
	domainname: field(word.optional(), {
		forms: 'string',
		engine: 'Domainname',
		fallback: 'none',
		doc: 'The domain name inside the container.',
	}),
	mac_address: field(macAddress.optional(), {
		forms: 'six pairs of hex digits',
		engine: 'MacAddress',
		fallback: 'the engine chooses',
		doc: "The container's address on its first network.",
	}),
	dns: field(listOrOne(ipAddress()).default([]), {
		forms: 'address, or list of addresses',
		engine: 'HostConfig.Dns',
		fallback: "the engine's",
		doc: 'Name servers, in order.',
	}),
	dns_search: field(textList.default([]), {
		forms: 'string, or list of strings',
		engine: 'HostConfig.DnsSearch',
		fallback: "the engine's",
		doc: 'Domains that are tried for short names, in order.',
	}),
	dns_opt: field(textList.default([]), {
		forms: 'list of strings',
		engine: 'HostConfig.DnsOptions',
		fallback: "the engine's",
		doc: 'Options of the resolver.',
	}),
	extra_hosts: field(extraHosts.default([]), {
		forms: 'list of `name:address` or `name=address`; map of names to an address or a list of them',
		engine: 'HostConfig.ExtraHosts',
		fallback: 'none',
		doc: 'Lines of /etc/hosts; `host-gateway` is the address of the device.',
	}),
};

type NetworkingFields = z.infer<z.ZodObject<typeof networkingFields>>;

export function toNetworking(fields: NetworkingFields) {
	return {
		ports: fields.ports,
		expose: fields.expose,
		networks: fields.networks,
		networkMode: fields.network_mode?.taken,
		hostname: fields.hostname,
		domainname: fields.domainname,
		macAddress: fields.mac_address,
		dns: fields.dns,
		dnsSearch: fields.dns_search,
		dnsOpt: fields.dns_opt,
		extraHosts: fields.extra_hosts,
	} satisfies Partial<ServiceComposition>;
}

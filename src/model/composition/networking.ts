import { z } from 'zod';
import { isRecord } from '../../kit/digest.ts';
import type { ServiceComposition } from '../composition.ts';
import { ports } from './ports.ts';
import { serviceNetworks } from './service-networks.ts';
import { splitAtFirst, textList, word } from './values.ts';

const exposed = textList.pipe(
	z.array(
		z
			.string()
			.regex(/^\d+(-\d+)?(\/(tcp|udp|sctp))?$/i, 'must be a port such as 80 or 53/udp')
			.transform((port) => port.toLowerCase()),
	),
);

/** `name:address` entries, from a list (with `=` or `:`) or a map. */
const extraHosts = z.preprocess(
	(value) =>
		isRecord(value)
			? Object.entries(value).flatMap(([name, addresses]) =>
					[addresses].flat().map((address) => `${name}:${String(address)}`),
				)
			: value,
	textList.transform((hosts) =>
		hosts.map((host) => (host.includes('=') ? splitAtFirst(host, '=').join(':') : host)),
	),
);

/** How the container is reached, and what it can reach. */
export const networkingFields = {
	ports: ports.default([]),
	expose: exposed.default([]),
	networks: serviceNetworks.default([]),
	network_mode: word.optional(),
	hostname: word.optional(),
	domainname: word.optional(),
	mac_address: word.optional(),
	dns: textList.default([]),
	dns_search: textList.default([]),
	dns_opt: textList.default([]),
	extra_hosts: extraHosts.default([]),
};

type NetworkingFields = z.infer<z.ZodObject<typeof networkingFields>>;

export function toNetworking(fields: NetworkingFields) {
	const isForeign = fields.network_mode?.startsWith('container:') ?? false;
	return {
		ports: fields.ports,
		expose: fields.expose,
		networks: fields.networks,
		networkMode: isForeign ? undefined : fields.network_mode,
		hostname: fields.hostname,
		domainname: fields.domainname,
		macAddress: fields.mac_address,
		dns: fields.dns,
		dnsSearch: fields.dns_search,
		dnsOpt: fields.dns_opt,
		extraHosts: fields.extra_hosts,
	} satisfies Partial<ServiceComposition>;
}

import { z } from 'zod';
import type { IpamRange, NetworkDefinition } from '../resources.ts';
import { field, harmless, unsupported } from './field.ts';
import { normaliseLabels } from './labels.ts';
import { reader } from './parsed.ts';
import { flag, ipAddress, members, membersOrNull, textMap, word } from './values.ts';

const subnet = reader((value) => {
	const [address, bits = '', ...more] = typeof value === 'string' ? value.trim().split('/') : [];
	const isSubnet = ipAddress().safeParse(address).success && /^\d{1,3}$/.test(bits);
	return isSubnet && more.length === 0 ? `${address}/${bits}` : undefined;
}, 'must be a subnet such as 10.1.0.0/16');

const ipamRange = members({
	subnet: subnet.optional(),
	gateway: ipAddress().optional(),
	ip_range: subnet.optional(),
	aux_addresses: z.record(z.string(), ipAddress(), { error: 'must be a map' }).optional(),
}).transform((range): IpamRange => ({
	subnet: range.subnet,
	gateway: range.gateway,
	ipRange: range.ip_range,
	auxAddresses: range.aux_addresses,
}));

const ipam = membersOrNull({
	driver: word.default('default'),
	config: z.array(ipamRange, { error: 'must be a list' }).default([]),
	options: textMap.default({}),
});

const boolean = (doc: string, engine: string) =>
	field(flag.default(false), { forms: 'boolean', engine, fallback: '`false`', doc });

/** Every field of a network of a composition; see `fields`. */
export const networkFields = {
	driver: field(word.default('bridge'), {
		forms: 'string',
		engine: 'Driver',
		fallback: '`bridge`',
		doc: 'The driver of the network.',
	}),
	driver_opts: field(textMap.default({}), {
		forms: 'map',
		engine: 'Options',
		fallback: 'none',
		doc: 'Options of the driver, as they are.',
	}),
	ipam: field(ipam.prefault({}), {
		forms:
			'map of `driver`, `options` and `config`: a list of maps of `subnet`, `gateway`, `ip_range`, `aux_addresses`',
		engine: 'IPAM',
		fallback: 'the engine chooses',
		doc: 'The addresses of the network; where a service has a fixed one, `subnet` and `gateway` should both be given.',
	}),
	enable_ipv6: boolean('Addresses of version 6, too.', 'EnableIPv6'),
	internal: boolean('No way out of the network.', 'Internal'),
	config_only: boolean('Only a configuration: no service can join it.', 'ConfigOnly'),
	labels: field(textMap.default({}).transform(normaliseLabels), {
		forms: 'map, or list of `name=value`',
		engine: 'Labels',
		fallback: 'none',
		doc: 'Labels beside those by which the network is known as ours.',
	}),
	attachable: harmless('every container may join'),
	enable_ipv4: unsupported(
		'needs version 1.47 of the Engine API, 1.41 is spoken',
		(value) => String(value) === 'true',
	),
	external: unsupported('networks belong to their app', (value) => String(value) === 'false'),
	name: unsupported('names of networks tell the app'),
};

export const networkSchema = membersOrNull(networkFields).transform(
	(network): NetworkDefinition => ({
		driver: network.driver,
		driverOpts: network.driver_opts,
		ipam: network.ipam,
		enableIpv6: network.enable_ipv6,
		internal: network.internal,
		configOnly: network.config_only,
		labels: network.labels,
	}),
);

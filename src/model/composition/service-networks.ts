import orderBy from 'lodash/orderBy.js';
import { z } from 'zod';
import { isRecord } from '../../kit/digest.ts';
import type { ServiceNetwork } from '../composition.ts';
import { unsupported } from './field.ts';
import { integer, ipAddress, listOrOne, membersOrNull, textList, textMap } from './values.ts';

const newerEngines = 'needs a newer version of the Engine API, 1.41 is spoken';

const networkOptions = membersOrNull({
	aliases: textList.default([]),
	ipv4_address: ipAddress(4).optional(),
	ipv6_address: ipAddress(6).optional(),
	link_local_ips: listOrOne(ipAddress()).default([]),
	driver_opts: textMap.default({}),
	priority: integer.default(0),
	gw_priority: unsupported(newerEngines),
	interface_name: unsupported(newerEngines),
	mac_address: unsupported(`${newerEngines}; mac_address of the service has an effect`),
});

/**
 * The networks a service joins: a list of names, or a map of names to options (null for none). Those of higher priority
 * come first.
 */
export const serviceNetworks = z
	.preprocess(
		namesAsMap,
		z.record(z.string(), networkOptions, { error: 'must be a list or a map' }),
	)
	.transform((networks): ServiceNetwork[] =>
		orderBy(Object.entries(networks), ([, { priority }]) => priority, 'desc').map(
			([network, options]) => ({
				network,
				aliases: options.aliases,
				ipv4Address: options.ipv4_address,
				ipv6Address: options.ipv6_address,
				linkLocalIps: options.link_local_ips,
				driverOpts: options.driver_opts,
			}),
		),
	);

function namesAsMap(value: unknown): unknown {
	if (isRecord(value) || !Array.isArray(value)) return value;
	const names: readonly unknown[] = value;
	if (!names.every((name) => typeof name === 'string')) return value;
	return Object.fromEntries(names.map((name) => [name, null]));
}

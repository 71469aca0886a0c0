import { z } from 'zod';
import { isRecord } from '../../kit/digest.ts';
import type { ServiceNetwork } from '../composition.ts';
import { snakeKeys } from './keys.ts';
import { textList, word } from './values.ts';

const networkOptions = z.preprocess(
	(value) => snakeKeys(value ?? {}),
	z.object(
		{
			aliases: textList.default([]),
			ipv4_address: word.optional(),
			ipv6_address: word.optional(),
			link_local_ips: textList.default([]),
		},
		{ error: 'must be a map or null' },
	),
);

/** The networks a service joins: a list of names, or a map of names to options (null for none). */
export const serviceNetworks = z
	.preprocess(
		namesAsMap,
		z.record(z.string(), networkOptions, { error: 'must be a list or a map' }),
	)
	.transform((networks): ServiceNetwork[] =>
		Object.entries(networks).map(([network, options]) => ({
			network,
			aliases: options.aliases,
			ipv4Address: options.ipv4_address,
			ipv6Address: options.ipv6_address,
			linkLocalIps: options.link_local_ips,
		})),
	);

function namesAsMap(value: unknown): unknown {
	if (isRecord(value) || !Array.isArray(value)) return value;
	const names: readonly unknown[] = value;
	if (!names.every((name) => typeof name === 'string')) return value;
	return Object.fromEntries(names.map((name) => [name, null]));
}

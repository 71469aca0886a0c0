import { z } from 'zod';
import { snakeKeys } from './composition/keys.ts';
import { parseWith, type Parsed } from './composition/parsed.ts';
import { flag, text, textMap, word } from './composition/values.ts';
import { normaliseLabels } from './composition/labels.ts';
import type { IpamRange, NetworkDefinition, VolumeDefinition } from './resources.ts';

const labels = textMap.default({}).transform(normaliseLabels);

const volumeSchema = z
	.preprocess(
		(value) => snakeKeys(value ?? {}),
		z.object(
			{ driver: word.default('local'), driver_opts: textMap.default({}), labels },
			{ error: 'must be a map or null' },
		),
	)
	.transform((volume): VolumeDefinition => ({
		driver: volume.driver,
		driverOpts: volume.driver_opts,
		labels: volume.labels,
	}));

const ipamRange = z
	.preprocess(
		snakeKeys,
		z.object(
			{
				subnet: word.optional(),
				gateway: word.optional(),
				ip_range: word.optional(),
				aux_addresses: z.record(z.string(), text).optional(),
			},
			{ error: 'must be a map' },
		),
	)
	.transform((range): IpamRange => ({
		subnet: range.subnet,
		gateway: range.gateway,
		ipRange: range.ip_range,
		auxAddresses: range.aux_addresses,
	}));

const ipam = z.preprocess(
	(value) => snakeKeys(value ?? {}),
	z.object(
		{
			driver: word.default('default'),
			config: z.array(ipamRange, { error: 'must be a list' }).default([]),
			options: textMap.default({}),
		},
		{ error: 'must be a map' },
	),
);

const networkSchema = z
	.preprocess(
		(value) => snakeKeys(value ?? {}),
		z.object(
			{
				driver: word.default('bridge'),
				driver_opts: textMap.default({}),
				ipam: ipam.prefault({}),
				enable_ipv6: flag.default(false),
				internal: flag.default(false),
				config_only: flag.default(false),
				labels,
			},
			{ error: 'must be a map or null' },
		),
	)
	.transform((network): NetworkDefinition => ({
		driver: network.driver,
		driverOpts: network.driver_opts,
		ipam: network.ipam,
		enableIpv6: network.enable_ipv6,
		internal: network.internal,
		configOnly: network.config_only,
		labels: network.labels,
	}));

/** Reads a volume of a composition; null is one with defaults. @param at - its path: `volumes.data` */
export function parseVolumeDefinition(volume: unknown, at: string): Parsed<VolumeDefinition> {
	return parseWith(volumeSchema, volume, at);
}

/** Reads a network of a composition; null is one with defaults. @param at - its path: `networks.back` */
export function parseNetworkDefinition(network: unknown, at: string): Parsed<NetworkDefinition> {
	return parseWith(networkSchema, network, at);
}

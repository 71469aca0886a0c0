import type { z } from 'zod';
import { ignoredMembers } from './composition/ignored-members.ts';
import { networkSchema } from './composition/network-fields.ts';
import { parseWith, type Parsed } from './composition/parsed.ts';
import { volumeSchema } from './composition/volume-fields.ts';
import type { NetworkDefinition, VolumeDefinition } from './resources.ts';

/** A volume or network as it was read. */
export interface ReadResource<T> {
	readonly definition: T;
	/** Fields of the document that have no effect, each with its path and the reason. */
	readonly ignored: readonly string[];
}

/** Reads a volume of a composition; null is one with defaults. @param at - its path: `volumes.data` */
export function parseVolumeDefinition(
	volume: unknown,
	at: string,
): Parsed<ReadResource<VolumeDefinition>> {
	return parseResource(volumeSchema, volume, at);
}

/** Reads a network of a composition; null is one with defaults. @param at - its path: `networks.back` */
export function parseNetworkDefinition(
	network: unknown,
	at: string,
): Parsed<ReadResource<NetworkDefinition>> {
	return parseResource(networkSchema, network, at);
}

function parseResource<T>(
	schema: z.ZodType<T>,
	document: unknown,
	at: string,
): Parsed<ReadResource<T>> {
	const parsed = parseWith(schema, document, at);
	if (!parsed.ok) return parsed;
	const ignored = ignoredMembers(schema, document, at);
	return { ok: true, value: { definition: parsed.value, ignored } };
}

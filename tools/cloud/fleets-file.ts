import { readFile } from 'node:fs/promises';
import { TypedError } from 'typed-error';
import { parse } from 'yaml';
import { z } from 'zod';
import type { CloudContext } from './context.ts';
import { deviceTypes } from './device-types.ts';
import { createRelease, ReleaseInput } from './releases.ts';

const hex32 = z.string().regex(/^[0-9a-f]{32}$/, 'must be 32 hex digits');

/** A fleet as a file or a test gives it. */
export const FleetInput = z.object({
	name: z.string().min(1),
	uuid: hex32.optional().describe('Default: a new one, kept in the database'),
	deviceType: z
		.string()
		.refine((slug) => deviceTypes.has(slug), 'is not a device type the cloud knows')
		.default('generic-amd64'),
	provisioningKey: z.string().min(8),
	releases: z
		.array(ReleaseInput.extend({ commit: hex32 }))
		.default([])
		.describe('The last one is the target of a fleet that has none yet'),
});
export type FleetInput = z.infer<typeof FleetInput>;

const FleetsFile = z.object({ fleets: z.array(FleetInput).min(1) });

/** The file of fleets cannot be used. */
export class FleetsFileError extends TypedError {}

/**
 * Fleets of a YAML (or JSON) text.
 * @throws {FleetsFileError} which names the place that is wrong
 */
export function parseFleets(text: string): FleetInput[] {
	try {
		return FleetsFile.parse(parse(text)).fleets;
	} catch (err) {
		const reason = err instanceof z.ZodError ? z.prettifyError(err) : String(err);
		throw new FleetsFileError(`the file of fleets is not valid: ${reason}`);
	}
}

export async function readFleets(path: string): Promise<FleetInput[]> {
	return parseFleets(await readFile(path, 'utf8'));
}

type Deps = Pick<CloudContext, 'store' | 'random' | 'clock'>;

async function loadFleet(input: FleetInput, deps: Deps): Promise<void> {
	const { store, random } = deps;
	const fleet = await store.fleets.ensure({ ...input, uuid: input.uuid ?? random.hex32() });
	for (const release of input.releases) {
		const present = await store.releases.byCommit(fleet.id, release.commit);
		if (present === undefined) await createRelease(fleet, release, deps);
	}
	const last = input.releases.at(-1);
	if (fleet.target_release_id !== null || last === undefined) return;
	const target = await store.releases.byCommit(fleet.id, last.commit);
	if (target !== undefined) await store.fleets.setTarget(fleet.id, target.id);
}

/** Brings the fleets into the database. Doing it again changes nothing. */
export async function loadFleets(fleets: readonly FleetInput[], deps: Deps): Promise<void> {
	for (const fleet of fleets) await loadFleet(fleet, deps);
}

import { z } from 'zod';
import type { CloudContext } from './context.ts';
import { Refusal } from './refusal.ts';
import { Composition, type FleetRow, type ReleaseRow } from './store/rows.ts';
import { withoutBuild } from './without-build.ts';

export const ReleaseInput = z.object({
	commit: z
		.string()
		.regex(/^[0-9a-f]{32}$/)
		.optional()
		.describe('Default: a new one'),
	composition: Composition,
	images: z.record(z.string(), z.string()).describe('Service name to `location[@digest]`'),
});
export type ReleaseInput = z.infer<typeof ReleaseInput>;

function checkServices({ composition, images }: ReleaseInput): void {
	const missing = Object.keys(composition.services).filter((name) => !(name in images));
	const unknown = Object.keys(images).filter((name) => !(name in composition.services));
	if (missing.length > 0) throw new Refusal(400, { json: `No image for ${missing.join(', ')}` });
	if (unknown.length > 0)
		throw new Refusal(400, { json: `No service for the image of ${unknown.join(', ')}` });
}

/** Makes a release of a fleet; it does not become the fleet's target by that. */
export async function createRelease(
	fleet: FleetRow,
	input: ReleaseInput,
	{ store, random, clock }: Pick<CloudContext, 'store' | 'random' | 'clock'>,
): Promise<ReleaseRow> {
	checkServices(input);
	const imageIds: number[] = [];
	for (const [serviceName, image] of Object.entries(input.images)) {
		const [location = image, contentHash = null] = image.split('@');
		const serviceId = await store.fleets.ensureService(fleet.id, serviceName);
		const row = { serviceId, location: location.toLowerCase(), contentHash };
		imageIds.push((await store.images.ensure(row)).id);
	}
	return store.releases.create({
		fleetId: fleet.id,
		commit: input.commit ?? random.hex32(),
		composition: withoutBuild(input.composition),
		imageIds,
		createdAt: clock.now(),
	});
}

import { Router } from 'express';
import { z } from 'zod';
import type { CloudContext } from '../context.ts';
import { toFleetView, toReleaseView } from '../dev/views.ts';
import { parseBody } from '../parse-body.ts';
import { Refusal } from '../refusal.ts';
import { createRelease, ReleaseInput } from '../releases.ts';
import type { FleetRow } from '../store/rows.ts';

const NewRelease = ReleaseInput.extend({ fleet: z.string() });

const Allotment = z.object({
	fleet: z.string(),
	services: z
		.record(z.string(), z.string().min(1))
		.describe('Service name to a word that stands for its content, the image id say'),
});

/** Fleets, their releases and the places of their images, for the developer. */
export function createUserFleetRoutes(context: CloudContext): Router {
	const { store, random, registryHost, caller } = context;
	const router = Router();
	const findFleet = async (name: string): Promise<FleetRow> => {
		const fleet = await store.fleets.find(name);
		if (fleet === undefined) throw new Refusal(404, { json: { error: `No fleet ${name}` } });
		return fleet;
	};
	router.get('/dev/fleets', async (_req, res) => {
		const fleets = await store.fleets.list();
		res.json(await Promise.all(fleets.map((fleet) => toFleetView(fleet, store))));
	});
	router.get('/dev/fleets/:name', async (req, res) => {
		res.json(await toFleetView(await findFleet(req.params.name), store));
	});
	router.get('/dev/fleets/:name/releases', async (req, res) => {
		const releases = await store.releases.ofFleet((await findFleet(req.params.name)).id);
		res.json(await Promise.all(releases.map((release) => toReleaseView(release, store))));
	});
	router.post('/dev/images', async (req, res) => {
		const { fleet, services } = parseBody(Allotment, req);
		const { id } = await findFleet(fleet);
		const places: Record<string, { location: string; digest: string | null }> = {};
		for (const [serviceName, contentKey] of Object.entries(services)) {
			const serviceId = await store.fleets.ensureService(id, serviceName);
			const location = `${registryHost}/v2/${random.hex32()}`;
			const image = await store.images.allot({ serviceId, contentKey, location });
			places[serviceName] = { location: image.location, digest: image.content_hash };
		}
		res.json(places);
	});
	router.post('/dev/releases', async (req, res) => {
		const { fleet: name, ...input } = parseBody(NewRelease, req);
		const fleet = await findFleet(name);
		const release = await createRelease(fleet, input, context);
		await store.fleets.setTarget(fleet.id, release.id);
		const devices = await store.devices.list();
		caller.notify(
			devices.filter((one) => one.fleet_id === fleet.id && one.pinned_release_id === null),
		);
		res.status(201).json(await toReleaseView(release, store));
	});
	return router;
}

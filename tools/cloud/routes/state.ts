import compression from 'compression';
import { Router, type Request, type Response } from 'express';
import type { CloudContext } from '../context.ts';
import { identify, isGone, mayUse, requireUser } from '../identify.ts';
import { Refusal } from '../refusal.ts';
import type { DeviceRow } from '../store/rows.ts';
import { readTarget } from '../target/read-target.ts';
import { toFleetTargetState, toTargetState, type TargetFacts } from '../target/target-state.ts';
import { toTargetStateV2 } from '../target/target-state-v2.ts';

type ToDocument = (device: DeviceRow, facts: TargetFacts) => object;

/** Address of the caller, as plain IPv4 where it is one. */
const addressOf = (req: Request): string | null =>
	req.socket.remoteAddress?.replace(/^::ffff:/, '') ?? null;

/** Target states. Each request of a device counts as a sign of life. */
export function createStateRoutes(context: CloudContext): Router {
	const { store, clock } = context;
	const router = Router();
	const serve = (toDocument: ToDocument) => async (req: Request, res: Response) => {
		const device = await store.devices.byUuid(String(req.params.uuid));
		// A device the cloud does not know any more is told that nothing changed, whatever its key.
		if (device === undefined || isGone(device)) return void res.status(304).end();
		const actor = await identify(req, context);
		if (!mayUse(actor, device)) throw new Refusal(401);
		if (actor.kind === 'device')
			await store.devices.touch(device.id, { at: clock.now(), address: addressOf(req) });
		const fleet = await store.fleets.byId(device.fleet_id);
		if (fleet === undefined) throw new Refusal(304);
		res.json(toDocument(device, await readTarget({ fleet, device }, context)));
	};
	router.get('/device/v3/fleet/:uuid/state', compression(), async (req, res) => {
		await requireUser(req, context);
		const fleet = await store.fleets.find(String(req.params.uuid));
		if (fleet === undefined) throw new Refusal(401);
		res.json(toFleetTargetState(await readTarget({ fleet, device: undefined }, context)));
	});
	router.get('/device/v3/:uuid/state', compression(), serve(toTargetState));
	router.get('/device/v2/:uuid/state', compression(), serve(toTargetStateV2));
	return router;
}

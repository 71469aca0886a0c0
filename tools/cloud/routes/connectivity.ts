import { Router } from 'express';
import type { CloudContext } from '../context.ts';
import { identify, isGone } from '../identify.ts';

/** Calls that only ask whether somebody is there. */
export function createConnectivityRoutes(context: CloudContext): Router {
	const router = Router();
	router.get('/connectivity-check', (_req, res) => void res.status(204).end());
	router.get('/ping', (_req, res) => void res.type('text').send('OK'));
	router.get('/services/vpn/auth/:uuid', async (req, res) => {
		const actor = await identify(req, context);
		const allowed =
			actor.kind === 'device' && actor.device.uuid === req.params.uuid && !isGone(actor.device);
		res.status(allowed ? 200 : 401).end();
	});
	return router;
}

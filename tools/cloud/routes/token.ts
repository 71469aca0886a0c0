import { Router, type Request } from 'express';
import type { Actor, CloudContext } from '../context.ts';
import { identifyKey } from '../identify.ts';
import { Refusal } from '../refusal.ts';
import { parseScopes, type Access } from '../registry/scope.ts';

interface Login {
	userName: string;
	actor: Actor;
}

/** @throws {Refusal} 401 for a key nobody has, or a device's key under another name */
async function login(req: Request, context: CloudContext): Promise<Login> {
	const encoded = /^Basic\s+(\S+)$/i.exec(req.get('authorization') ?? '')?.[1];
	if (encoded === undefined) return { userName: '', actor: { kind: 'unknown' } };
	const [userName = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
	const actor = await identifyKey(rest.join(':'), context);
	const isOwnName = actor.kind !== 'device' || userName === `d_${actor.device.uuid}`;
	if (actor.kind === 'unknown' || !isOwnName) throw new Refusal(401);
	return { userName, actor };
}

async function actionsFor(
	{ type, name }: Access,
	actor: Actor,
	{ store, registryHost }: CloudContext,
): Promise<string[]> {
	if (type !== 'repository') return [];
	const location = `${registryHost}/${name}`;
	if (actor.kind === 'user')
		return (await store.images.isKnownLocation(location)) ? ['pull', 'push'] : [];
	if (actor.kind !== 'device' || actor.device.deleted) return [];
	return (await store.images.isInFleet(location, actor.device.fleet_id)) ? ['pull'] : [];
}

/** The token realm of the registry: devices pull the images of their fleet's releases, the user pushes too. */
export function createTokenRoutes(context: CloudContext): Router {
	const router = Router();
	router.get('/auth/v1/token', async (req, res) => {
		const { userName, actor } = await login(req, context);
		const access: Access[] = [];
		for (const wanted of parseScopes(req.query.scope)) {
			const allowed = await actionsFor(wanted, actor, context);
			const actions = wanted.actions.filter((action) => allowed.includes(action));
			access.push({ ...wanted, actions });
		}
		const { service } = req.query;
		const audience = typeof service === 'string' ? service : context.registryHost;
		res.json({ token: await context.signToken({ subject: userName, audience, access }) });
	});
	return router;
}

import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import type { Actor, CloudContext } from './context.ts';
import { Refusal } from './refusal.ts';
import type { DeviceRow } from './store/rows.ts';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The key of a request: `Authorization: Bearer …`, else `?apikey=…`. */
export function keyOf(req: Request): string | undefined {
	const bearer = /^Bearer\s+(\S+)$/i.exec(req.get('authorization') ?? '')?.[1];
	if (bearer !== undefined) return bearer;
	const { apikey } = req.query;
	return typeof apikey === 'string' && apikey !== '' ? apikey : undefined;
}

/** Tells whose key this is. */
export async function identifyKey(key: string | undefined, context: CloudContext): Promise<Actor> {
	const { store, userKey } = context;
	if (key === undefined) return { kind: 'unknown' };
	if (timingSafeEqual(digest(key), digest(userKey))) return { kind: 'user' };
	const device = await store.devices.byKey(key);
	if (device !== undefined) return { kind: 'device', device };
	const fleet = await store.fleets.byProvisioningKey(key);
	return fleet === undefined ? { kind: 'unknown' } : { kind: 'provisioning', fleet };
}

export const identify = (req: Request, context: CloudContext): Promise<Actor> =>
	identifyKey(keyOf(req), context);

/** True when the actor may see and change the device. */
export const mayUse = (actor: Actor, device: DeviceRow): boolean =>
	actor.kind === 'user' || (actor.kind === 'device' && actor.device.id === device.id);

/** A deleted or frozen device is as good as unknown to its own key. */
export const isGone = ({ deleted, frozen }: DeviceRow): boolean => deleted || frozen;

/** @throws {Refusal} 401, empty, for every key but the user's */
export async function requireUser(req: Request, context: CloudContext): Promise<void> {
	const actor = await identify(req, context);
	if (actor.kind !== 'user') throw new Refusal(401, { json: { error: 'User key required' } });
}

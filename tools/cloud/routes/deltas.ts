import { createHash } from 'node:crypto';
import { Router, type Request } from 'express';
import { parseImageReference } from '../../../src/model/image-reference.ts';
import type { CloudContext } from '../context.ts';
import { makeDelta } from '../deltas/make-delta.ts';
import {
	createRegistryClient,
	type KnownManifest,
	type RegistryClient,
} from '../deltas/registry-client.ts';
import { Refusal } from '../refusal.ts';

interface Wish {
	readonly repository: string;
	readonly source: KnownManifest;
	readonly wanted: KnownManifest;
	/** Of the delta. */
	readonly tag: string;
}

/** A gateway in front of the real one loses patience after a while, too. */
const patienceMs = 30_000;

/**
 * The delta server: makes the delta of an image for whoever may pull both. A delta that takes longer is made on, and the
 * answer is 504 until it is ready.
 */
export function createDeltaRoutes(context: CloudContext): Router {
	const { clock, signal, registryHost } = context;
	const router = Router();
	const made = new Map<string, Promise<string>>();
	const nameOf = (wish: Wish, registryUrl: string): Promise<string> => {
		const key = `${wish.repository}:${wish.tag}`;
		const known = made.get(key);
		if (known !== undefined) return known;
		const work = make(wish, registryUrl, context).then(() => `${registryHost}/${key}`);
		work.catch(() => made.delete(key)); // whoever waits for it hears of it
		made.set(key, work);
		return work;
	};
	router.get('/api/v3/delta', async (req, res) => {
		const registryUrl = context.registryUrl();
		if (registryUrl === undefined) throw new Refusal(404);
		const wish = await readWish(req, createRegistryClient(registryUrl, tokenOf(req)), context);
		const over = new AbortController();
		const stop = AbortSignal.any([signal, over.signal]);
		const late = clock.sleep(patienceMs, stop).catch(() => undefined);
		const name = await Promise.race([nameOf(wish, registryUrl), late]).finally(() => over.abort());
		if (typeof name !== 'string') throw new Refusal(504);
		res.json({ name });
	});
	return router;
}

function tokenOf(req: Request): string {
	const token = /^Bearer\s+(\S+)$/i.exec(req.get('authorization') ?? '')?.[1];
	if (token === undefined) throw new Refusal(401);
	return token;
}

/** @throws {Refusal} 400 without two images of this registry, 401 when the token does not open both */
async function readWish(
	{ query: { src, dest } }: Request,
	registry: RegistryClient,
	{ registryHost }: CloudContext,
): Promise<Wish> {
	if (typeof src !== 'string' || typeof dest !== 'string') throw new Refusal(400);
	const images = [src, dest].map(parseImageReference);
	if (images.some((image) => image.registry !== registryHost)) throw new Refusal(400);
	const [source, wanted] = await Promise.all(
		images.map(({ repository, digest, tag }) =>
			registry.manifest(repository, digest ?? tag ?? 'latest'),
		),
	);
	if (source === undefined || wanted === undefined) throw new Refusal(401);
	const tag = `delta-${createHash('sha256').update(`${src} ${dest}`).digest('hex').slice(0, 16)}`;
	return { repository: images[1]?.repository ?? '', source, wanted, tag };
}

async function make(
	{ repository, source, wanted, tag }: Wish,
	registryUrl: string,
	{ signToken, registryHost }: CloudContext,
): Promise<void> {
	const token = await signToken({
		subject: 'delta',
		audience: registryHost,
		access: [{ type: 'repository', name: repository, actions: ['pull', 'push'] }],
	});
	const registry = createRegistryClient(registryUrl, token);
	await makeDelta({ source, wanted, repository, tag, registry });
}

import { PassThrough, pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Router, type Request } from 'express';
import type { CloudContext } from '../context.ts';
import { identify, isGone, mayUse } from '../identify.ts';
import { toStoredLine } from '../logs/log-line.ts';
import { readNdjson } from '../logs/read-ndjson.ts';
import { Refusal, unknownKey } from '../refusal.ts';
import type { DeviceRow } from '../store/rows.ts';

/** The request's body, unpacked as it comes in. */
function bodyOf(req: Request): Readable {
	const encoding = req.get('content-encoding') ?? 'identity';
	if (!['gzip', 'identity'].includes(encoding))
		throw new Refusal(415, { json: `Unsupported content encoding ${encoding}` });
	const unpack = encoding === 'gzip' ? createGunzip() : new PassThrough();
	return pipeline(req, unpack, () => undefined);
}

/** @throws {Refusal} 401; for a deleted or frozen device only after a while, so that it does not come again at once */
async function requireLogger(req: Request, context: CloudContext): Promise<DeviceRow> {
	const actor = await identify(req, context);
	const device = await context.store.devices.byUuid(String(req.params.uuid));
	if (device === undefined || !mayUse(actor, device)) throw unknownKey();
	if (isGone(device)) {
		await context.clock.sleep(context.frozenLogDelayMs, context.signal);
		throw new Refusal(401);
	}
	return device;
}

/** The log stream of a device: one request that lasts as long as the device keeps it open. */
export function createLogStreamRoutes(context: CloudContext): Router {
	const { store, clock } = context;
	const router = Router();
	router.post('/device/v2/:uuid/log-stream', async (req, res) => {
		const device = await requireLogger(req, context);
		if (req.get('content-type') !== 'application/x-ndjson')
			throw new Refusal(415, { json: 'Content-Type must be application/x-ndjson' });
		try {
			for await (const values of readNdjson(bodyOf(req))) {
				const lines = values.map((value) => toStoredLine(value, clock.now()));
				await store.logs.append(
					device.id,
					lines.filter((line) => line !== undefined),
				);
			}
		} catch (err) {
			// A body that breaks off leaves nobody to answer; one that makes no sense is the client's error.
			if (err instanceof Refusal) throw err;
			if (!res.destroyed) throw new Refusal(400);
			return;
		}
		res.status(201).end();
	});
	return router;
}

import { Router, type Request, type Response } from 'express';
import { z } from 'zod';
import type { CloudContext } from '../context.ts';
import { identify, isGone, mayUse } from '../identify.ts';
import { batchWindowSeconds, createBatchLimit } from '../logs/batch-limit.ts';
import { toStoredLine } from '../logs/log-line.ts';
import { Refusal, unknownKey } from '../refusal.ts';
import { keptLines, type StoredLogLine } from '../store/logs.ts';
import type { DeviceRow } from '../store/rows.ts';

const batchMax = 10;

const Count = z.coerce.number().int().min(0).max(keptLines).catch(keptLines);

async function requireDevice(req: Request, context: CloudContext): Promise<DeviceRow> {
	const actor = await identify(req, context);
	if (actor.kind === 'unknown') throw unknownKey();
	const device = await context.store.devices.byUuid(String(req.params.uuid));
	if (device === undefined || isGone(device) || !mayUse(actor, device)) throw new Refusal(401);
	return device;
}

function parseBatch(body: unknown, now: Date): StoredLogLine[] {
	const values = z.array(z.unknown()).safeParse(body);
	if (!values.success) throw new Refusal(400, { json: 'Logs must be an array' });
	if (values.data.length > batchMax)
		throw new Refusal(400, { json: `Batches cannot include more than ${batchMax} logs` });
	return values.data
		.filter((value) => !z.object({ uuid: z.string() }).safeParse(value).success)
		.map((value) => {
			const line = toStoredLine(value, now);
			if (line === undefined) throw new Refusal(400, { json: 'Invalid log message' });
			return line;
		});
}

/** Log batches of old devices, and reading for people. */
export function createLogRoutes(context: CloudContext): Router {
	const { store, clock } = context;
	const withinLimit = createBatchLimit(clock);
	const router = Router();
	router.post('/device/v2/:uuid/logs', async (req, res) => {
		const device = await requireDevice(req, context);
		const lines = parseBatch(req.body, clock.now());
		if (!withinLimit(device.id))
			throw new Refusal(
				429,
				{ json: 'Too Many Requests' },
				{ 'Retry-After': String(batchWindowSeconds) },
			);
		await store.logs.append(device.id, lines);
		res.status(201).end();
	});
	router.get('/device/v2/:uuid/logs', async (req, res) => {
		const device = await requireDevice(req, context);
		const count = Count.parse(req.query.count === 'all' ? keptLines : req.query.count);
		if (req.query.stream !== '1') {
			res.json(await store.logs.newest(device.id, count));
			return;
		}
		await follow(res, device.id, { count, context });
	});
	return router;
}

/** Sends the newest lines, then each new one as it comes, until either side closes. */
async function follow(
	res: Response,
	deviceId: number,
	{ count, context }: { count: number; context: CloudContext },
): Promise<void> {
	const send = (line: StoredLogLine): void => void res.write(`${JSON.stringify(line)}\n`);
	const early: StoredLogLine[] = [];
	let hear = (line: StoredLogLine): void => void early.push(line);
	const end = context.store.logs.subscribe(deviceId, (line) => {
		hear(line);
	});
	res.once('close', end);
	context.signal.addEventListener('abort', () => res.end(), { once: true });
	res.status(200).type('application/x-ndjson').flushHeaders();
	const newest = await context.store.logs.newest(deviceId, count);
	newest.forEach(send);
	hear = send;
}

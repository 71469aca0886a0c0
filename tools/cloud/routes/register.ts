import { Router, type Request } from 'express';
import { z } from 'zod';
import type { CloudContext } from '../context.ts';
import { inventDeviceName } from '../device-name.ts';
import { deviceTypes } from '../device-types.ts';
import { identify, mayUse } from '../identify.ts';
import { Refusal, unknownKey } from '../refusal.ts';
import type { FleetRow, Report } from '../store/rows.ts';

const text = z.string().nullish();

const Registration = z.object({
	application: z.coerce.number().int().positive(),
	device_type: z.string(),
	uuid: z.string().regex(/^(?:[0-9a-f]{32}|[0-9a-f]{62})$/),
	api_key: z.string().min(1).nullish(),
	supervisor_version: text,
	os_version: text,
	os_variant: text,
	mac_address: text,
});
type Registration = z.infer<typeof Registration>;

const badRequest = (message: string): Refusal => new Refusal(400, { json: message });

const messages: Record<string, string> = {
	application: 'Application ID must be specified',
	device_type: 'Device type must be specified',
	uuid: 'Device UUID must be a 32 or 62 character long lower case hex string.',
};

function parseRegistration(body: unknown): Registration {
	const { uuid } = z.looseObject({ uuid: z.unknown() }).catch({ uuid: undefined }).parse(body);
	if (uuid === undefined || uuid === null || uuid === '')
		throw badRequest('UUID must be specified');
	const parsed = Registration.safeParse(body);
	if (parsed.success) return parsed.data;
	const field = String(parsed.error.issues[0]?.path[0] ?? '');
	throw badRequest(messages[field] ?? `Invalid value of ${field}`);
}

async function fleetOf(req: Request, context: CloudContext): Promise<FleetRow | 'any'> {
	const actor = await identify(req, context);
	if (actor.kind === 'provisioning') return actor.fleet;
	if (actor.kind === 'user') return 'any';
	throw unknownKey();
}

const reportOf = (registration: Registration): Report => {
	const { supervisor_version, os_version, os_variant, mac_address } = registration;
	const given = { supervisor_version, os_version, os_variant, mac_address };
	return Object.fromEntries(
		Object.entries(given).flatMap(([field, value]) =>
			typeof value === 'string' ? [[field, value]] : [],
		),
	);
};

/** Registration and key exchange. */
export function createRegisterRoutes(context: CloudContext): Router {
	const { store, clock, random } = context;
	const router = Router();
	router.post('/device/register', async (req, res) => {
		const allowed = await fleetOf(req, context);
		const registration = parseRegistration(req.body);
		if (!deviceTypes.has(registration.device_type))
			throw new Refusal(404, { json: `Unknown device type ${registration.device_type}` });
		const fleet = await store.fleets.byId(registration.application);
		if (fleet === undefined || (allowed !== 'any' && allowed.id !== fleet.id))
			throw new Refusal(401);
		const created = await store.devices.create({
			uuid: registration.uuid,
			fleetId: fleet.id,
			name: inventDeviceName(random),
			deviceType: registration.device_type,
			apiKey: registration.api_key ?? random.hex32(),
			report: reportOf(registration),
			createdAt: clock.now(),
		});
		if (created === 'uuid taken') throw new Refusal(409, { html: '"uuid" must be unique.' });
		if (created === 'key taken') throw new Refusal(409, { html: '"key" must be unique.' });
		const { id, uuid, api_key } = created;
		res.status(201).json({ id, uuid, api_key });
	});
	router.post('/api-key/device/:id/device-key', async (req, res) => {
		const actor = await identify(req, context);
		const device = await store.devices.byId(Number(req.params.id));
		if (device === undefined || !mayUse(actor, device)) throw new Refusal(401);
		const { apiKey } = z
			.object({ apiKey: z.string().min(1).optional() })
			.catch({})
			.parse(req.body ?? {});
		const newKey = apiKey ?? random.hex32();
		await store.devices.update(device.id, { api_key: newKey });
		res.json(newKey);
	});
	return router;
}

import { Router, type Request } from 'express';
import { z } from 'zod';
import type { CloudContext } from '../context.ts';
import { identify, isGone, mayUse } from '../identify.ts';
import { answerQuery } from '../odata/query.ts';
import {
	toDeviceResource,
	toReleaseResource,
	toTagResource,
	toVariableResource,
} from '../odata/rows.ts';
import { Refusal } from '../refusal.ts';
import type { DeviceRow } from '../store/rows.ts';
import { isConfigName } from '../target/variables.ts';

/** Devices the key may see. A provisioning key sees none, and not even that it sees none. */
async function visibleDevices(req: Request, context: CloudContext): Promise<DeviceRow[]> {
	const actor = await identify(req, context);
	if (actor.kind === 'user') return context.store.devices.list();
	if (actor.kind === 'device' && !isGone(actor.device)) return [actor.device];
	throw new Refusal(401);
}

const DeviceChange = z.strictObject({
	device_name: z.string().min(1).optional(),
	is_pinned_on__release: z.number().int().nullable().optional(),
	should_be_running__release: z.number().int().nullable().optional(),
});
type DeviceChange = z.infer<typeof DeviceChange>;

async function changeDevice(
	device: DeviceRow,
	change: DeviceChange,
	{ store, caller }: CloudContext,
): Promise<void> {
	const pin = change.is_pinned_on__release ?? change.should_be_running__release;
	const isPinNamed = 'is_pinned_on__release' in change || 'should_be_running__release' in change;
	const release = typeof pin === 'number' ? await store.releases.byId(pin) : undefined;
	if (typeof pin === 'number' && release?.fleet_id !== device.fleet_id)
		throw new Refusal(400, { json: 'The release is not one of the device’s fleet' });
	await store.devices.update(device.id, {
		...(change.device_name === undefined ? {} : { name: change.device_name }),
		...(isPinNamed ? { pinned_release_id: pin ?? null } : {}),
	});
	if (isPinNamed) caller.notify([device]);
}

const NewVariable = z.object({
	device: z.number().int(),
	name: z.string().refine(isConfigName, 'must begin with RESIN_ or BALENA_'),
	value: z.string(),
});

/** What supervisors read over OData. */
function createODataReads(context: CloudContext): Router {
	const { store } = context;
	const router = Router();
	const perDevice = <T>(read: (device: DeviceRow) => Promise<T[]>) =>
		async function rows(req: Request): Promise<T[]> {
			return (await Promise.all((await visibleDevices(req, context)).map(read))).flat();
		};
	const tags = perDevice(({ id }) => store.tags.ofDevice(id));
	const releases = perDevice(({ fleet_id }) => store.releases.ofFleet(fleet_id));
	const variables = perDevice(async ({ fleet_id, id }) =>
		(await store.variables.forDevice({ fleetId: fleet_id, deviceId: id })).filter(
			({ device_id, name }) => device_id !== null && isConfigName(name),
		),
	);
	router.get('/v7/device', async (req, res) => {
		const devices = await visibleDevices(req, context);
		res.json(answerQuery(devices.map(toDeviceResource), req.query));
	});
	router.get('/v7/release', async (req, res) => {
		const distinct = new Map((await releases(req)).map((release) => [release.id, release]));
		res.json(answerQuery([...distinct.values()].map(toReleaseResource), req.query));
	});
	router.get(
		'/v7/device_tag',
		async (req, res) => void res.json(answerQuery((await tags(req)).map(toTagResource), req.query)),
	);
	router.get(
		'/v7/device_config_variable',
		async (req, res) =>
			void res.json(answerQuery((await variables(req)).map(toVariableResource), req.query)),
	);
	return router;
}

/** What supervisors write over OData. */
function createODataWrites(context: CloudContext): Router {
	const { store } = context;
	const router = Router();
	router.patch(/^\/v7\/device(?:\(|%28)(\d+)(?:\)|%29)$/i, async (req, res) => {
		const devices = await visibleDevices(req, context);
		const change = DeviceChange.safeParse(req.body);
		if (!change.success) throw new Refusal(400, { json: z.prettifyError(change.error) });
		const device = devices.find(({ id }) => id === Number(req.params[0]));
		if (device !== undefined) await changeDevice(device, change.data, context);
		res.status(200).end();
	});
	router.post('/v7/device_config_variable', async (req, res) => {
		const actor = await identify(req, context);
		if (actor.kind !== 'user' && actor.kind !== 'device') throw new Refusal(401);
		const wanted = NewVariable.safeParse(req.body);
		if (!wanted.success) throw new Refusal(400, { json: z.prettifyError(wanted.error) });
		const device = await store.devices.byId(wanted.data.device);
		if (device === undefined || !mayUse(actor, device)) throw new Refusal(401);
		const place = { fleetId: null, deviceId: device.id, serviceId: null };
		const row = await store.variables.add(place, wanted.data.name, wanted.data.value);
		if (row === undefined) throw new Refusal(409, { html: '"device" and "name" must be unique.' });
		context.caller.notify([device]);
		res.status(201).json(toVariableResource(row));
	});
	return router;
}

/** The few OData reads and writes that supervisors make. */
export function createODataRoutes(context: CloudContext): Router {
	return Router().use(createODataReads(context), createODataWrites(context));
}

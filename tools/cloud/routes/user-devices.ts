import { Router, type Request } from 'express';
import { z } from 'zod';
import type { CloudContext } from '../context.ts';
import { toDeviceView } from '../dev/views.ts';
import { requireUser } from '../identify.ts';
import { parseBody } from '../parse-body.ts';
import { toPassedAnswer } from '../passed-answer.ts';
import { Refusal } from '../refusal.ts';
import type { DeviceChange } from '../store/devices.ts';
import type { DeviceRow } from '../store/rows.ts';

const Change = z.strictObject({
	name: z.string().min(1).optional(),
	pinnedCommit: z.string().nullable().optional().describe('null follows the fleet again'),
	frozen: z.boolean().optional(),
});

const Variable = z
	.object({
		fleet: z.string().optional(),
		device: z.string().optional().describe('Uuid'),
		service: z.string().optional(),
		name: z.string().regex(/^[A-Za-z_]\w*$/),
		value: z.string().nullable().describe('null removes the variable'),
	})
	.refine(
		({ fleet, device }) => (fleet === undefined) !== (device === undefined),
		'give either fleet or device',
	);

const SupervisorRequest = z.object({
	uuid: z.string().optional(),
	/** Names the device where there is no uuid. */
	deviceId: z.number().int().optional(),
	method: z.string().default('POST'),
	data: z.unknown().optional(),
});

const notFound = (what: string): Refusal => new Refusal(404, { json: { error: `No ${what}` } });

/** Devices as the developer sees and steers them. */
export function createUserDeviceRoutes(context: CloudContext): Router {
	const { store, caller } = context;
	const router = Router();
	const findDevice = async (uuid: string): Promise<DeviceRow> => {
		const device = await store.devices.byUuid(uuid);
		if (device === undefined || device.deleted) throw notFound(`device ${uuid}`);
		return device;
	};
	const toRowChange = async (device: DeviceRow, req: Request): Promise<DeviceChange> => {
		const { pinnedCommit, ...rest } = parseBody(Change, req);
		const change: DeviceChange = {};
		if (rest.name !== undefined) change.name = rest.name;
		if (rest.frozen !== undefined) change.frozen = rest.frozen;
		if (pinnedCommit === null) change.pinned_release_id = null;
		if (typeof pinnedCommit === 'string') {
			const release = await store.releases.byCommit(device.fleet_id, pinnedCommit);
			if (release === undefined) throw notFound(`release ${pinnedCommit}`);
			change.pinned_release_id = release.id;
		}
		return change;
	};
	router.get('/dev/devices', async (_req, res) => {
		const devices = await store.devices.list();
		res.json(await Promise.all(devices.map((device) => toDeviceView(device, store))));
	});
	router.get('/dev/devices/:uuid', async (req, res) => {
		res.json(await toDeviceView(await findDevice(req.params.uuid), store));
	});
	router.patch('/dev/devices/:uuid', async (req, res) => {
		const device = await findDevice(req.params.uuid);
		await store.devices.update(device.id, await toRowChange(device, req));
		caller.notify([device]);
		res.json(await toDeviceView(await findDevice(device.uuid), store));
	});
	router.delete('/dev/devices/:uuid', async (req, res) => {
		const device = await findDevice(req.params.uuid);
		await store.devices.update(device.id, { deleted: true });
		res.status(204).end();
	});
	return router;
}

/** Variables, and calls of a device's own API in place of the real cloud's VPN. */
export function createUserControlRoutes(context: CloudContext): Router {
	const { store, caller } = context;
	const router = Router();
	router.post('/dev/variables', async (req, res) => {
		const { fleet, device, service, name, value } = parseBody(Variable, req);
		const deviceRow = device === undefined ? undefined : await store.devices.byUuid(device);
		const fleetRow =
			deviceRow === undefined
				? await store.fleets.find(fleet ?? '')
				: await store.fleets.byId(deviceRow.fleet_id);
		if (fleetRow === undefined) throw notFound(device ?? fleet ?? '');
		const place = {
			fleetId: deviceRow === undefined ? fleetRow.id : null,
			deviceId: deviceRow?.id ?? null,
			serviceId:
				service === undefined ? null : await store.fleets.ensureService(fleetRow.id, service),
		};
		await store.variables.set(place, name, value);
		const ofFleet = (await store.devices.list()).filter((one) => one.fleet_id === fleetRow.id);
		caller.notify(deviceRow === undefined ? ofFleet : [deviceRow]);
		res.status(204).end();
	});
	router.post(/^\/supervisor(\/.+)$/, async (req, res) => {
		await requireUser(req, context);
		const { uuid, deviceId = 0, method, data } = parseBody(SupervisorRequest, req);
		const device = await (uuid === undefined
			? store.devices.byId(deviceId)
			: store.devices.byUuid(uuid));
		if (device === undefined || device.deleted) throw notFound(`device ${uuid ?? deviceId}`);
		const path = String(req.params[0]);
		const answer = await caller.call(device, { method, path, data }).catch((err: unknown) => {
			throw new Refusal(502, { json: { error: `Device unreachable: ${String(err)}` } });
		});
		const { status, contentType, body } = toPassedAnswer(answer);
		res.status(status);
		if (contentType !== '') res.setHeader('Content-Type', contentType);
		res.end(body);
	});
	return router;
}

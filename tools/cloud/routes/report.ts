import { Router } from 'express';
import { z } from 'zod';
import type { Actor, CloudContext } from '../context.ts';
import { identify, isGone, mayUse } from '../identify.ts';
import { Refusal, unknownKey } from '../refusal.ts';
import { StateReport, type DeviceReport } from '../report/device-report.ts';
import { toKeptReport } from '../report/kept-report.ts';
import { matchApps } from '../report/match-apps.ts';
import { createMetricsLimit } from '../report/metrics-limit.ts';
import type { DeviceRow, Report } from '../store/rows.ts';

/** Names have no blanks, and are not of those that the cloud keeps for itself. */
const TagName = z.string().regex(/^(?!io\.(?:resin|balena)\.)\S*$/);
const TagReport = z.record(z.string(), z.record(TagName, z.string()));

const JsonObject = z.record(z.string(), z.unknown());

async function accept(
	device: DeviceRow,
	{ apps, kept }: Pick<DeviceReport, 'apps'> & { kept: Report },
	{ store, clock }: CloudContext,
): Promise<void> {
	const matched = apps === undefined ? undefined : await matchApps(apps, device, store);
	await store.devices.mergeReport(device.id, kept);
	await store.devices.touch(device.id, { at: clock.now(), address: device.last_address });
	if (matched === undefined) return;
	await store.installs.replaceAll(device.id, matched.installs);
	if (matched.runningReleaseId !== undefined)
		await store.devices.update(device.id, { running_release_id: matched.runningReleaseId });
}

/** State reports of devices: whole or not at all. */
export function createReportRoutes(context: CloudContext): Router {
	const router = Router();
	const limitMetrics = createMetricsLimit(context.clock);
	const findDevice = async (uuid: string, actor: Actor): Promise<DeviceRow> => {
		const device = await context.store.devices.byUuid(uuid);
		if (device === undefined || isGone(device) || !mayUse(actor, device)) throw new Refusal(401);
		return device;
	};
	router.patch('/device/v3/state', async (req, res) => {
		const actor = await identify(req, context);
		if (actor.kind === 'unknown') throw unknownKey();
		const body = JsonObject.safeParse(req.body);
		if (!body.success || Object.keys(body.data).length === 0) throw new Refusal(401);
		const reports = StateReport.safeParse(body.data);
		if (!reports.success) throw new Refusal(400);
		for (const [uuid, report] of Object.entries(reports.data)) {
			const device = await findDevice(uuid, actor);
			const kept = limitMetrics(device.id, toKeptReport(report));
			await accept(device, { apps: report.apps, kept }, context);
		}
		res.status(200).flushHeaders(); // the real cloud's body is empty and of chunks
		res.end();
	});
	router.patch('/device/v3/tags', async (req, res) => {
		const actor = await identify(req, context);
		if (actor.kind === 'unknown') throw unknownKey();
		const tags = TagReport.safeParse(req.body);
		if (!tags.success) throw new Refusal(400);
		for (const [uuid, wanted] of Object.entries(tags.data)) {
			const device = await findDevice(uuid, actor);
			await context.store.tags.set(device.id, wanted);
		}
		res.status(200).end();
	});
	return router;
}

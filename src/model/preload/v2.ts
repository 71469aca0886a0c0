import { z } from 'zod';
import { AppId, ImageId, ReleaseId, ServiceId, ServiceName } from '../ids.ts';
import { parseWith, type Parsed } from '../composition/parsed.ts';
import { flag, text, textMap, word } from '../composition/values.ts';
import type { DeviceDocument, V3App } from './document.ts';

const freeMap = z.record(z.string(), z.unknown(), { error: 'must be a map' });

/** The fields of a composition are beside these. */
const V2Service = z.looseObject(
	{
		serviceName: ServiceName,
		serviceId: ServiceId.optional(),
		imageId: ImageId,
		image: word,
		running: flag.default(true),
		environment: textMap.default({}),
		labels: textMap.default({}),
		contract: freeMap.nullish(),
	},
	{ error: 'must be a map' },
);

const V2App = z.object(
	{
		name: word,
		commit: word.nullish(),
		releaseId: ReleaseId.optional(),
		services: z.record(z.string(), V2Service, { error: 'must be a map' }).default({}),
		volumes: freeMap.nullish(),
		networks: freeMap.nullish(),
	},
	{ error: 'must be a map' },
);
type V2App = z.infer<typeof V2App>;

const V2Device = z.object(
	{
		/** Clients send back what they were told, an empty one, too. */
		name: text.nullish().transform((name) => name || undefined),
		config: freeMap.default({}),
		apps: z.record(z.string(), V2App, { error: 'must be a map' }),
	},
	{ error: 'must be a map' },
);

/**
 * Turns a device of the v2 form (the object under `local`: old clouds, local mode, old preloads) into the v3 form.
 * @param appUuids - by app id; an app that is not in it gets its id as its uuid
 */
export function convertV2Device(
	json: unknown,
	appUuids: Readonly<Record<string, string>>,
): Parsed<DeviceDocument> {
	const parsed = parseWith(V2Device, json, '');
	if (!parsed.ok) return parsed;
	const { name, config, apps } = parsed.value;
	const ids = Object.keys(apps).map((id) => [id, parseWith(AppId, id, `apps.${id}`)] as const);
	const reasons = ids.flatMap(([, id]) => (id.ok ? [] : id.reasons));
	if (reasons.length > 0) return { ok: false, reasons };
	const converted = Object.entries(apps).map(
		([id, app]) => [appUuids[id] ?? id, toV3App(Number(id), app)] as const,
	);
	return { ok: true, value: { name, config, apps: Object.fromEntries(converted) } };
}

function toV3App(appId: number, app: V2App): V3App {
	const { name, commit, releaseId = 1 } = app;
	const base = { id: appId, name, class: 'fleet' };
	if (commit === undefined || commit === null) return { ...base, releases: {} };
	const release = {
		id: releaseId,
		services: Object.fromEntries(
			Object.entries(app.services).map(([key, service]) => [
				service.serviceName,
				toV3Service(key, service),
			]),
		),
		volumes: app.volumes ?? {},
		networks: app.networks ?? {},
	};
	return { ...base, releases: { [commit]: release } };
}

/** @param key - the service's id, as the form has services by their ids */
function toV3Service(key: string, service: z.infer<typeof V2Service>) {
	const { serviceName: _, serviceId, imageId, image, running, contract, ...rest } = service;
	const { environment, labels, ...composition } = rest;
	return {
		id: serviceId ?? key,
		image_id: imageId,
		image,
		running,
		environment,
		labels,
		...(contract !== undefined && contract !== null && { contract }),
		composition,
	};
}

import { z } from 'zod';
import { SupervisorError } from '../kit/errors.ts';
import { isRecord } from '../kit/digest.ts';
import { flag } from './composition/values.ts';
import type { Parsed } from './composition/parsed.ts';
import { parseWith } from './composition/parsed.ts';
import type { DeviceDocument } from './preload/document.ts';
import { decodeV1 } from './preload/v1.ts';
import { convertV2Device } from './preload/v2.ts';
import { decodeTargetDevice } from './target-document.ts';
import type { TargetState } from './target.ts';

/** What a preload (`apps.json`, contract 4.10) brings. */
export interface Preload {
	/** A device's part of a v3 target document, for {@link decodeTargetDevice} and the store. */
	readonly document: Readonly<Record<string, unknown>>;
	/** Stay on this release after provisioning; absent when the file does not ask for it. */
	readonly pin?:
		{ readonly appUuid: string; readonly appId: number; readonly commit: string } | undefined;
	/** References of the images that are expected on the engine, each once. */
	readonly images: readonly string[];
}

/** The device's name when nobody gave it one. */
const unnamed = 'local';

const V3Preload = z.object({
	name: z.string().optional(),
	config: z.record(z.string(), z.unknown(), { error: 'must be a map' }).default({}),
	apps: z.record(z.string(), z.unknown(), { error: 'must be a map' }).default({}),
});

/**
 * Reads `apps.json` in its v1 (2017), v2 and v3 forms; an empty object preloads nothing.
 * @param appUuids - by app id, for the v2 form; an app that is not in it gets its id as its uuid
 * @throws {SupervisorError} PRELOAD_INVALID, also when one app of several cannot be decoded
 */
export function decodePreload(
	json: unknown,
	appUuids: Readonly<Record<string, string>> = {},
): Preload {
	const parsed = decodeForm(json, appUuids);
	if (!parsed.ok) throw invalid(parsed.reasons);
	const { name = unnamed, config, apps } = parsed.value;
	const document = { name, config, apps };
	const target = decodeChecked(document);
	const pinned = isRecord(json) && flag.safeParse(json.pinDevice).data === true;
	return {
		document,
		pin: pinned ? pinOf(target) : undefined,
		images: [...new Set(servicesOf(target).map(({ image }) => image))],
	};
}

function decodeForm(
	json: unknown,
	appUuids: Readonly<Record<string, string>>,
): Parsed<DeviceDocument> {
	if (Array.isArray(json)) return decodeV1(json);
	if (!isRecord(json)) return { ok: false, reasons: ['must be a map or a list'] };
	return isV2(json) ? convertV2Device(json, appUuids) : parseWith(V3Preload, json, '');
}

/** The v3 form has its apps by uuid, with their ids inside; the v2 form has them by id, with their services beside. */
function isV2({ apps }: Readonly<Record<string, unknown>>): boolean {
	const bodies = isRecord(apps) ? Object.values(apps) : [];
	return bodies.some((app) => isRecord(app) && !('id' in app) && !('releases' in app));
}

function decodeChecked(document: unknown): TargetState {
	const target = decodeOrExplain(document);
	const reasons = target.rejected.flatMap((app) =>
		app.reasons.map((reason) => `apps.${app.appUuid}: ${reason}`),
	);
	if (reasons.length > 0) throw invalid(reasons);
	return target;
}

function decodeOrExplain(document: unknown): TargetState {
	try {
		return decodeTargetDevice(document);
	} catch (err) {
		throw invalid([err instanceof Error ? err.message : 'unknown fault'], err);
	}
}

function pinOf({ apps }: TargetState): Preload['pin'] {
	const app = apps.find(({ class: appClass, release }) => appClass === 'fleet' && release);
	if (app?.release === undefined) return undefined;
	return { appUuid: app.appUuid, appId: app.appId, commit: app.release.commit };
}

function servicesOf({ apps }: TargetState) {
	return apps.flatMap(({ release }) => release?.services ?? []);
}

function invalid(reasons: readonly string[], cause?: unknown): SupervisorError {
	return new SupervisorError(`apps.json is not valid: ${reasons.join('; ')}`, {
		code: 'PRELOAD_INVALID',
		retry: 'never',
		cause,
	});
}

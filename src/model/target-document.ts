import { z } from 'zod';
import { SupervisorError } from '../kit/errors.ts';
import { isRecord } from '../kit/digest.ts';
import { parseWith, type Parsed } from './composition/parsed.ts';
import { AppId, AppUuid, Commit } from './ids.ts';
import { AppDocument } from './target/app-document.ts';
import { isSupervisorApp } from './target/excluded.ts';
import { decodeRelease } from './target/release-decoder.ts';
import type { RejectedApp, TargetApp, TargetState } from './target.ts';

const configName = /^[A-Za-z_][A-Za-z0-9_:]*$/;

const DeviceDocument = z.object(
	{
		name: z
			.string({ error: 'must be a string' })
			.max(255, 'must not be longer than 255 characters')
			.regex(/^[^\n]*$/, 'must be one line'),
		config: z.record(
			z.string().regex(configName, 'must begin with a letter or _, then letters, digits, _ or :'),
			z.string({ error: 'must be a string' }),
			{ error: 'must be a map' },
		),
		apps: z.record(z.string(), z.unknown(), { error: 'must be a map' }),
	},
	{ error: 'must be a map' },
);

/**
 * Decodes a device's part of a target state document (contract 4.1: the object under the device's uuid). An app that
 * cannot be decoded is among `rejected`, with one sentence a fault and its path; the others are not affected. Of an
 * app's releases the first counts. Host apps without ordinary services are left out; the supervisor's own app is told
 * apart.
 * @throws {SupervisorError} TARGET_INVALID when the document as a whole has not the required form
 */
export function decodeTargetDevice(document: unknown): TargetState {
	const parsed = parseWith(DeviceDocument, document, '');
	if (!parsed.ok) {
		throw new SupervisorError(`The target state is not valid: ${parsed.reasons.join('; ')}`, {
			code: 'TARGET_INVALID',
			retry: 'never',
		});
	}
	const { name, config, apps } = parsed.value;
	const entries = Object.entries(apps).map(([uuid, app]) => ({
		uuid,
		document: app,
		result: decodeApp(uuid, app),
	}));
	const good = distinctIds(entries.flatMap(({ result }) => (result.ok ? [result.value] : [])));
	return {
		deviceName: name,
		config,
		apps: good.apps.filter((app) => !isSupervisorApp(app.appUuid) && !isEmptyHostApp(app)),
		supervisorApp: good.apps.find((app) => isSupervisorApp(app.appUuid)),
		rejected: [
			...entries.flatMap(({ uuid, document: app, result }) =>
				result.ok || isSupervisorApp(uuid) ? [] : [rejectedApp(uuid, app, result.reasons)],
			),
			...good.rejected,
		],
	};
}

/** Apps with the id of an earlier one are rejected, as their volumes and containers could not be told apart. */
function distinctIds(apps: readonly TargetApp[]): Pick<TargetState, 'apps' | 'rejected'> {
	const first = new Map(apps.toReversed().map((app) => [app.appId, app]));
	const rejected = apps
		.filter((app) => first.get(app.appId) !== app)
		.map(({ appUuid, appId, name, release }) => ({
			appUuid,
			appId,
			name,
			commit: release?.commit,
			reasons: [`id: ${appId} is the id of app ${first.get(appId)?.appUuid ?? ''} too`],
		}));
	return { apps: apps.filter((app) => first.get(app.appId) === app), rejected };
}

function decodeApp(uuid: string, document: unknown): Parsed<TargetApp> {
	const appUuid = parseWith(AppUuid, uuid, '');
	const parsed = parseWith(AppDocument, document, '');
	if (!appUuid.ok)
		return { ok: false, reasons: appUuid.reasons.map((reason) => `the uuid ${reason}`) };
	if (!parsed.ok) return parsed;
	const { id: appId, name, class: appClass, is_host: isHost, releases } = parsed.value;
	const app = { appUuid: appUuid.value, appId, name, class: appClass, isHost };
	const [first] = Object.entries(releases);
	if (first === undefined) return { ok: true, value: app };
	const release = decodeRelease({ commit: Commit.parse(first[0]), document: first[1], isHost });
	return release.ok ? { ok: true, value: { ...app, release: release.value } } : release;
}

function isEmptyHostApp({ isHost, release }: TargetApp): boolean {
	return isHost && (release === undefined || release.services.length === 0);
}

/** What can still be said of an app that could not be decoded. */
function rejectedApp(appUuid: string, document: unknown, reasons: readonly string[]): RejectedApp {
	const { id, name, releases } = isRecord(document) ? document : {};
	return {
		appUuid,
		appId: AppId.safeParse(id).data,
		name: typeof name === 'string' ? name : undefined,
		commit: isRecord(releases) ? Object.keys(releases)[0] : undefined,
		reasons,
	};
}

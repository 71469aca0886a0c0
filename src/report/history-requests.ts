import { z } from 'zod';
import type { ChangedBy, ChangeKind, ChangeOutcome } from '../model/history.ts';

/** A request of the local API that is over. */
export interface SeenRequest {
	/** In lower case. */
	readonly method: string;
	/** The pattern of the route: `/v1/apps/:appId/stop`. */
	readonly path: string;
	readonly status: number;
	readonly tookMs: number;
	readonly params: unknown;
	readonly body: unknown;
	readonly by: Extract<ChangedBy, { kind: 'localApi' }>;
	/** Why it failed, when it did. */
	readonly error?: string | undefined;
}

/** What a request changed. */
export interface RequestedChange {
	readonly kind: ChangeKind;
	readonly text: string;
	readonly outcome: ChangeOutcome;
	readonly appId?: number | undefined;
	readonly appUuid?: string | undefined;
	readonly serviceName?: string | undefined;
}

/** Requests that change something, and what they do. `{service}`: the one that is named. */
const changing: Readonly<Record<string, readonly [ChangeKind, string]>> = {
	'post /v1/restart': ['restart', 'restart of the app'],
	'post /v1/purge': ['purge', 'purge of the app'],
	'post /v1/apps/:appId/stop': ['stop', 'stop of the service'],
	'post /v1/apps/:appId/start': ['start', 'start of the service'],
	'post /v1/reboot': ['reboot', 'reboot of the device'],
	'post /v1/shutdown': ['shutdown', 'shutdown of the device'],
	'post /v1/regenerate-api-key': ['key', 'a new key of the local API'],
	'patch /v1/device/host-config': ['hostConfig', 'settings of the host'],
	'patch /v2/device/tags': ['tags', 'tags of the device'],
	'post /v2/local/target-state': ['target', 'a local target state'],
	'post /v2/applications/:appId/restart': ['restart', 'restart of the app'],
	'post /v2/applications/:appId/purge': ['purge', 'purge of the app'],
	'post /v2/applications/:appId/restart-service': ['restart', 'restart of {service}'],
	'post /v2/applications/:appId/stop-service': ['stop', 'stop of {service}'],
	'post /v2/applications/:appId/start-service': ['start', 'start of {service}'],
	'post /v3/apps/:uuid/restart': ['restart', 'restart of the app'],
	'post /v3/apps/:uuid/purge': ['purge', 'purge of the app'],
	'post /v3/apps/:uuid/services/:name/start': ['start', 'start of {service}'],
	'post /v3/apps/:uuid/services/:name/stop': ['stop', 'stop of {service}'],
	'post /v3/apps/:uuid/services/:name/restart': ['restart', 'restart of {service}'],
	'post /v3/device/apps/:uuid': ['target', 'the target of the app'],
	'delete /v3/device/apps/:uuid': ['target', 'the target of the app, taken away'],
};

const loose = z.union([z.string(), z.number()]).transform(String).optional().catch(undefined);

const Named = z
	.object({ appId: loose, uuid: loose, name: loose, serviceName: loose, imageId: loose })
	.catch({});

/** @returns undefined for requests that change nothing, and for those that were not understood or not allowed */
export function changeOfRequest(request: SeenRequest): RequestedChange | undefined {
	const [kind, text] = changing[`${request.method} ${request.path}`] ?? [];
	const outcome = outcomeOf(request.status);
	if (kind === undefined || text === undefined || outcome === undefined) return undefined;
	const params = Named.parse(request.params);
	const body = Named.parse(request.body);
	const appId = Number(params.appId ?? body.appId ?? Number.NaN);
	const serviceName = params.name ?? body.serviceName;
	const service =
		serviceName ?? (body.imageId === undefined ? 'the service' : `image ${body.imageId}`);
	return {
		kind,
		text: text.replace('{service}', service),
		outcome,
		serviceName,
		appUuid: params.uuid,
		appId: Number.isSafeInteger(appId) ? appId : undefined,
	};
}

function outcomeOf(status: number): ChangeOutcome | undefined {
	if (status < 400) return 'done';
	if (status === 423) return 'refused';
	return status >= 500 ? 'failed' : undefined;
}

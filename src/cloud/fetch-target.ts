import { z } from 'zod';
import { SupervisorError } from '../kit/errors.ts';
import { isSuccess, parseAnswer, toRefusal } from './answers.ts';
import { apiUrl } from './endpoint.ts';
import type { HttpAnswer, HttpClient } from './http.ts';
import type { CloudAccess } from './identity.ts';

export interface FetchTargetRequest {
	readonly http: HttpClient;
	readonly access: CloudAccess;
	/** Of the target in force; sent as `If-None-Match`. */
	readonly etag: string | undefined;
	readonly signal: AbortSignal;
}

export type FetchedTarget =
	| { readonly kind: 'unchanged' }
	/** `document` is the part under the device's uuid; undefined when there is none. */
	| {
			readonly kind: 'received';
			readonly document: unknown;
			readonly etag: string | undefined;
	  };

/** The cloud answers as if it had never heard of the device: it was deleted, or is frozen. */
export class DeviceUnknownError extends SupervisorError {
	constructor(host: string) {
		super(`The cloud API at ${host} does not know this device: it may be deleted or frozen there`, {
			code: 'CLOUD_REFUSED',
		});
	}
}

const Body = z.record(z.string(), z.unknown());

/**
 * Asks for the target state once.
 * @throws {SupervisorError} CLOUD_UNREACHABLE, CLOUD_UNAUTHORIZED, CLOUD_REFUSED; of the latter {@link DeviceUnknownError}
 */
export async function fetchTarget({
	http,
	access: { apiEndpoint, uuid, deviceApiKey },
	etag,
	signal,
}: FetchTargetRequest): Promise<FetchedTarget> {
	const answer = await http.send({
		method: 'GET',
		url: apiUrl(apiEndpoint, `/device/v3/${uuid}/state`),
		key: deviceApiKey,
		headers: etag === undefined ? {} : { 'If-None-Match': etag },
		signal,
	});
	if (answer.status === 304) return unchanged(answer, etag);
	if (!isSuccess(answer)) throw toRefusal(answer, 'the target state');
	const body = parseAnswer(answer, Body, 'the target state');
	return { kind: 'received', document: body[uuid], etag: answer.headers['etag'] };
}

/** A 304 that carries no ETag, or that nobody asked for, is what deleted and frozen devices get. */
function unchanged(answer: HttpAnswer, etag: string | undefined): FetchedTarget {
	if (etag === undefined || answer.headers['etag'] === undefined) {
		throw new DeviceUnknownError(answer.host);
	}
	return { kind: 'unchanged' };
}

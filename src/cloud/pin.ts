import { z } from 'zod';
import { isSuccess, parseAnswer, toRefusal } from './answers.ts';
import { apiUrl, odataText, odataUrl } from './endpoint.ts';
import type { HttpClient } from './http.ts';
import type { CloudAccess } from './identity.ts';

/** The release a preloaded device shall stay on (setting `pinDevice`, contract 3.2). */
export const PinDevice = z.object({
	app: z.coerce.number().int(),
	commit: z.string().min(1),
});
export type PinDevice = z.infer<typeof PinDevice>;

export interface PinRequest {
	readonly pin: PinDevice;
	readonly deviceId: number;
	readonly access: CloudAccess;
}

const Releases = z.object({ d: z.array(z.object({ id: z.number().int() })) });

/**
 * Tells the cloud that the device stays on a release.
 * @returns `no such release` when the cloud has no successful release of that commit, `refused` when asking again is
 *   of no use
 * @throws {SupervisorError} CLOUD_UNREACHABLE, CLOUD_UNAUTHORIZED or CLOUD_REFUSED when it is
 */
export async function pinDevice(
	{ pin, deviceId, access: { apiEndpoint, deviceApiKey } }: PinRequest,
	http: HttpClient,
	signal: AbortSignal,
): Promise<'pinned' | 'no such release' | 'refused'> {
	const filter = `belongs_to__application eq ${pin.app} and commit eq ${odataText(pin.commit)} and status eq 'success'`;
	const found = await http.send({
		method: 'GET',
		url: odataUrl(apiEndpoint, 'release', { select: 'id', filter }),
		key: deviceApiKey,
		signal,
	});
	if (!isSuccess(found)) throw toRefusal(found, 'the release to stay on');
	const [release] = parseAnswer(found, Releases, 'the release to stay on').d;
	if (release === undefined) return 'no such release';
	const answer = await http.send({
		method: 'PATCH',
		url: apiUrl(apiEndpoint, `/v7/device(${deviceId})`),
		key: deviceApiKey,
		body: { is_pinned_on__release: release.id },
		signal,
	});
	if (isSuccess(answer)) return 'pinned';
	if ([400, 403, 404].includes(answer.status)) return 'refused';
	throw toRefusal(answer, 'the pin');
}

import { z } from 'zod';
import { bundleMediaType } from '../../model/bundle.ts';
import { NewAppTarget, type TargetAccepted } from '../../model/v3/app-target.ts';
import { refuseJson } from '../answer.ts';
import type { Caller } from '../auth.ts';
import type { V3Deps } from './deps.ts';
import { AppPath } from './find-app.ts';
import { defineV3Route, type V3Route } from './route.ts';

export const ForceQuery = z.object({
	force: z
		.enum(['true', 'false', '1', '0'])
		.default('false')
		.transform((text) => text === 'true' || text === '1')
		.describe('Override update locks'),
});

export interface SettingRules {
	/** @throws for an app that the caller does not reach */
	readonly requireReach: (appUuid: string, caller: Caller) => void;
	readonly accepted: (appUuid: string) => TargetAccepted;
}

const doc =
	'Sets the target of one app on the device itself; the other apps stay as they are. A bundle brings the images along: it is sent as the body, or named by its path on the device, which takes the scope host.';

/** Sets an app's target from a document, from a bundle that is sent, or from one that lies on the device. */
export function setAppTargetRoute(
	{ appTargets, bundles }: Pick<V3Deps, 'appTargets' | 'bundles'>,
	{ requireReach, accepted }: SettingRules,
): V3Route {
	return defineV3Route({
		...{ method: 'post', path: '/v3/device/apps/:uuid', operationId: 'setAppTarget' },
		...{ tag: 'apps', doc, params: AppPath, query: ForceQuery, body: NewAppTarget },
		uploads: [bundleMediaType, 'application/x-tar'],
		errors: [
			...(['APP_NOT_FOUND', 'TARGET_INVALID', 'TARGET_NOT_SETTABLE', 'STORE_FAILED'] as const),
			...(['BUNDLE_INVALID', 'BUNDLE_UNSUPPORTED', 'BUNDLE_NOT_FOUND', 'NO_SPACE'] as const),
			...(['IMAGE_WRONG_ARCHITECTURE', 'ENGINE_UNAVAILABLE', 'ENGINE_REFUSED'] as const),
			'HOST_FAILED',
		],
		...{ status: 202, answer: 'TargetAccepted' },
		handle: async ({ params: { uuid }, query, body, caller, upload, signal }) => {
			requireReach(uuid, caller);
			const options = { appUuid: uuid, ...query, signal };
			if (upload !== undefined) await bundles.importBundle(upload, options);
			else if (body.bundle !== undefined) {
				requireHostScope(caller);
				await bundles.importFile(body.bundle, options);
			} else await appTargets.set(uuid, body, query);
			return accepted(uuid);
		},
	});
}

/** Who names a path learns whether there is something at it. */
function requireHostScope(caller: Caller): void {
	if (caller.may('host')) return;
	throw refuseJson('UNAUTHORIZED', 'Unauthorized: a path takes a key with the scope host');
}

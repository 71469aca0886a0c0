import Bluebird from 'bluebird';
import { z } from 'zod';
import { SupervisorError } from '../../kit/errors.ts';
import type { DryRun } from '../../model/v3/plan.ts';
import type { TargetState } from '../../model/target.ts';
import { reportDryRun } from '../../report/v3-plan.ts';
import type { Caller } from '../auth.ts';
import type { ApiDeps } from '../deps.ts';
import { defineV3Route, type V3Route } from './route.ts';

const TargetDocument = z
	.looseObject({
		name: z.string().optional().describe('Name of the device; default: as it is'),
		config: z
			.record(z.string(), z.string())
			.optional()
			.describe('Device configuration variables; default: as they are'),
		apps: z
			.record(z.string(), z.unknown())
			.optional()
			.describe('By uuid, as the cloud writes them'),
	})
	.describe(
		'A target state: the object under the device’s uuid. Without `apps`: the target that is in force',
	);

const flag = z
	.enum(['true', 'false', '1', '0'])
	.default('false')
	.transform((text) => text === 'true' || text === '1');

const PlanQuery = z.object({
	keepOthers: flag.describe('Apps that the document does not name stay as they are wanted now'),
	force: flag.describe('As if update locks were to be overridden'),
});

/** What would be done. */
export function planRoutes({ snapshot, v3 }: ApiDeps): V3Route[] {
	return [
		defineV3Route({
			method: 'post',
			path: '/v3/plan',
			operationId: 'planTarget',
			tag: 'plan',
			doc: 'What would be done to reach a target state, and why. Nothing is changed.',
			query: PlanQuery,
			body: TargetDocument,
			errors: ['TARGET_INVALID', 'ENGINE_UNAVAILABLE', 'STORE_FAILED'],
			answer: 'DryRun',
			handle: async ({ body, query, caller, signal }) => {
				const world = await v3.dryRun({ document: body, ...query }, signal);
				requireReach(world.target, body.apps ?? {}, caller);
				const known = [...(snapshot().target?.apps ?? []), ...world.target.apps];
				const ids = new Map(known.map(({ appUuid, appId }) => [String(appUuid), appId]));
				const isVisible = (appUuid: string): boolean =>
					caller.reaches(ids.get(appUuid) ?? -1, 'read');
				const run = reportDryRun({ ...world, isVisible });
				return { ...run, ...(await sizesOf(run.downloads, v3)) };
			},
		}),
	];
}

const concurrency = 4;

/** The downloads with their sizes, and their sum where all are known. */
async function sizesOf(
	downloads: DryRun['downloads'],
	{ imageSize }: ApiDeps['v3'],
): Promise<Pick<DryRun, 'downloads' | 'downloadBytes'>> {
	const sized = await Bluebird.map(
		downloads,
		async (download) => ({ ...download, sizeBytes: await imageSize(download.image) }),
		{ concurrency },
	);
	const sizes = sized.flatMap(({ sizeBytes }) => sizeBytes ?? []);
	const isKnown = sizes.length === sized.length;
	const sum = sizes.reduce((total, size) => total + size, 0);
	return { downloads: sized, ...(isKnown ? { downloadBytes: sum } : {}) };
}

/** @throws {SupervisorError} UNAUTHORIZED for an app of the document that the key does not reach */
function requireReach({ apps }: TargetState, named: object, caller: Caller): void {
	const foreign = apps.find(
		({ appUuid, appId }) => appUuid in named && !caller.reaches(appId, 'read'),
	);
	if (foreign === undefined) return;
	throw new SupervisorError(`The key does not reach app ${foreign.appUuid}`, {
		code: 'UNAUTHORIZED',
		retry: 'never',
	});
}

import { z } from 'zod';
import type { ErrorCode } from '../../kit/error-codes.ts';
import type { TargetApp } from '../../model/target.ts';
import type { Control } from '../../control/control.ts';
import { noContent } from '../answer.ts';
import type { ApiDeps } from '../deps.ts';
import { AppPath, requireApp, ServicePath } from './find-app.ts';
import { defineV3RawRoute, type DescribedAnswer, type V3Route } from './route.ts';

const Force = z
	.object({
		force: z.boolean().default(false).describe('Go ahead even if a service holds an update lock'),
	})
	.describe('How to go about it');

const done: DescribedAnswer = { status: 204, doc: 'It is so.', content: {} };

const errors: readonly ErrorCode[] = [
	'APP_NOT_FOUND',
	'SERVICE_NOT_FOUND',
	'SERVICE_NOT_IN_TARGET',
	'UPDATES_LOCKED',
	'SUPERSEDED',
	'STEP_FAILED',
	'ENGINE_UNAVAILABLE',
];

interface ServiceCall {
	readonly control: Control;
	readonly app: TargetApp;
	readonly serviceName: string;
	readonly force: boolean;
}

interface Verb<Call> {
	readonly name: string;
	readonly operationId: string;
	readonly doc: string;
	readonly run: (call: Call) => Promise<unknown>;
}

const serviceVerbs: readonly Verb<ServiceCall>[] = [
	{
		name: 'start',
		operationId: 'startService',
		doc: 'Starts a stopped service.',
		run: ({ control, app, serviceName }) => control.startService(app.appId, { serviceName }),
	},
	{
		name: 'stop',
		operationId: 'stopService',
		doc: 'Stops a service and keeps its container; it stays so until it is started.',
		run: ({ control, app, serviceName, force }) =>
			control.stopService(app.appId, { serviceName }, { force }),
	},
	{
		name: 'restart',
		operationId: 'restartService',
		doc: 'Replaces the container of a service by one made from the target.',
		run: ({ control, app, serviceName, force }) =>
			control.restartService(app.appId, { serviceName }, { force }),
	},
];

const appVerbs: readonly Verb<Omit<ServiceCall, 'serviceName'>>[] = [
	{
		name: 'restart',
		operationId: 'restartApp',
		doc: 'Replaces every container of an app; its volumes stay.',
		run: ({ control, app, force }) => control.restartApp(app.appId, { force }),
	},
	{
		name: 'purge',
		operationId: 'purgeApp',
		doc: 'Removes the data of an app: its containers, networks and volumes are made anew.',
		run: ({ control, app, force }) => control.purgeApp(app.appId, { force }),
	},
];

/** What people may ask of apps and services; each answers when the world is as asked. */
export function actionRoutes({ control, snapshot }: ApiDeps): V3Route[] {
	return [
		...serviceVerbs.map(({ name, operationId, doc, run }) =>
			defineV3RawRoute({
				...{ method: 'post', operationId, doc, errors, tag: 'apps', answer: done },
				path: `/v3/apps/:uuid/services/:name/${name}`,
				params: ServicePath,
				body: Force,
				handle: async ({ params, body: { force }, caller }) => {
					const app = requireApp(snapshot(), { uuid: params.uuid, caller });
					await run({ control, app, serviceName: params.name, force });
					return noContent;
				},
			}),
		),
		...appVerbs.map(({ name, operationId, doc, run }) =>
			defineV3RawRoute({
				...{ method: 'post', operationId, doc, errors, tag: 'apps', answer: done },
				path: `/v3/apps/:uuid/${name}`,
				params: AppPath,
				body: Force,
				handle: async ({ params, body: { force }, caller }) => {
					const app = requireApp(snapshot(), { uuid: params.uuid, caller });
					await run({ control, app, force });
					return noContent;
				},
			}),
		),
	];
}

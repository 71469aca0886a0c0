import { resolve } from 'node:path';
import type { Schemas } from '../../client/client.ts';
import { PushError } from '../../cloud/push/errors.ts';
import { readComposeProject, type ComposeProject } from '../../cloud/push/compose-file.ts';
import type { DindNames } from '../commands/names.ts';
import { askDevice, type DeviceClient } from '../effects/device-client.ts';
import { ToolError } from '../effects/errors.ts';
import { planDocument, type AppDocument } from '../watch/plan-document.ts';
import { renderDryRun } from '../watch/render-plan.ts';
import type { Tools } from './tools.ts';
import { openClient } from './watch.ts';

export interface PlanOptions {
	/** Name or uuid; undefined: the device's only app. */
	readonly app?: string;
	readonly json: boolean;
}

/** Prints what the device would do if the folder's composition became its app's release. Nothing is built or changed. */
export async function plan(
	tools: Tools,
	names: DindNames,
	{ dir, app: wanted, json }: PlanOptions & { readonly dir: string },
): Promise<number> {
	const { composition } = await readProject(dir);
	const device = await openClient(tools, names);
	const uuid = await findApp(device, wanted);
	const params = { path: { uuid } };
	const present: AppDocument = await askDevice(
		device.client.GET('/v3/device/apps/{uuid}', { params }),
	);
	const run = await askDevice(
		device.client.POST('/v3/plan', {
			params: { query: { keepOthers: 'true' } },
			body: { apps: { [uuid]: planDocument(present, composition) } },
		}),
	);
	tools.progress.say('images of services that are there already are taken to be unchanged');
	tools.print(json ? `${JSON.stringify(run, null, 2)}\n` : renderDryRun(run));
	return 0;
}

async function readProject(dir: string): Promise<ComposeProject> {
	try {
		return await readComposeProject(resolve(dir));
	} catch (cause) {
		if (cause instanceof PushError) throw new ToolError(cause.message, { cause });
		throw cause;
	}
}

/** @returns the uuid of the app @throws {ToolError} when it cannot be told which one is meant */
async function findApp({ client }: DeviceClient, wanted: string | undefined): Promise<string> {
	const { apps }: Schemas['Status'] = await askDevice(client.GET('/v3/status'));
	const found = apps.filter(
		({ name, appUuid }) => wanted === undefined || name === wanted || appUuid === wanted,
	);
	const [only] = found;
	if (only !== undefined && found.length === 1) return only.appUuid;
	const known = apps.map(({ name }) => name).join(', ');
	throw new ToolError(
		only === undefined ? 'the device has no such app' : 'the device has several apps',
		{ todo: known === '' ? 'Push one: ./dindctl push DIR.' : `Name one with --app: ${known}.` },
	);
}

import { resolve } from 'node:path';
import { z } from 'zod';
import { bundleMediaType } from '../../../src/model/bundle.ts';
import { readBundledApp } from '../bundle/read-head.ts';
import type { ImportOptions } from '../cli/verb-types.ts';
import type { DindNames } from '../commands/names.ts';
import { openDeviceClient } from '../effects/device-client.ts';
import { ToolError, toMessage } from '../effects/errors.ts';
import type { HttpAnswer } from '../effects/http.ts';
import { sendFile } from '../effects/send-file.ts';
import { requireRunning } from './device.ts';
import { observeUrls } from './status.ts';
import type { Tools } from './tools.ts';

/**
 * Sends a bundle to the device, which has its images and its target afterwards, and goes about it.
 * @throws {ToolError} with the device's words where it refuses
 */
export async function importBundle(
	tools: Tools,
	names: DindNames,
	{ file, force, json }: Omit<ImportOptions, 'name'> & { readonly file: string },
): Promise<number> {
	const path = resolve(file);
	const app = await readBundledApp(path);
	await requireRunning(tools, names);
	const { apiUrl } = await observeUrls(tools, names);
	const { baseUrl, key } = await openDeviceClient(tools.shell, names, apiUrl);
	tools.progress.say(`sending ${app.name}, release ${app.commit.slice(0, 7)}`);
	const url = `${baseUrl}/v3/device/apps/${encodeURIComponent(app.uuid)}?force=${force}`;
	const headers = { authorization: `Bearer ${key}`, 'content-type': bundleMediaType };
	const answer = await send(url, { path, headers, signal: tools.signal });
	if (answer.status !== 202) throw new ToolError(`the device refused: ${wordsOf(answer)}`);
	tools.print(json ? `${answer.text}\n` : `${app.uuid}\n`);
	return 0;
}

async function send(...request: Parameters<typeof sendFile>): Promise<HttpAnswer> {
	try {
		return await sendFile(...request);
	} catch (cause) {
		throw new ToolError(`the bundle could not be sent: ${toMessage(cause)}`, { cause });
	}
}

const Problem = z.object({ detail: z.string() });

function wordsOf({ status, text }: HttpAnswer): string {
	try {
		return Problem.parse(JSON.parse(text)).detail;
	} catch {
		return `status ${status}: ${text.slice(0, 200)}`;
	}
}

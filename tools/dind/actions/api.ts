import type { DindNames } from '../commands/names.ts';
import { openSupervisorApi } from '../effects/supervisor-api.ts';
import type { JsonOption } from '../cli/options.ts';
import type { ApiRequest } from '../cli/verb-types.ts';
import { requireRunning } from './device.ts';
import { observeUrls } from './status.ts';
import type { Tools } from './tools.ts';

/** Asks the supervisor's API and prints the answer's body, with `json` also its status; resolves to 1 for statuses of 400 and above. */
export async function callApi(
	tools: Tools,
	names: DindNames,
	{ method, path, body, json }: ApiRequest & JsonOption,
): Promise<number> {
	await requireRunning(tools, names);
	const { apiUrl } = await observeUrls(tools, names);
	const api = await openSupervisorApi(tools.shell, names, apiUrl);
	const { status, text } = await api.request(method.toUpperCase(), path, body);
	if (json) tools.print(`${JSON.stringify({ status, body: parsed(text) }, null, 2)}\n`);
	else tools.print(text.endsWith('\n') || text === '' ? text : `${text}\n`);
	if (status >= 400)
		process.stderr.write(`dindctl: ${method.toUpperCase()} ${path}: status ${status}\n`);
	return status >= 400 ? 1 : 0;
}

/** The value that a JSON text stands for; any other text is itself. */
function parsed(text: string): unknown {
	try {
		const value: unknown = JSON.parse(text);
		return value;
	} catch {
		return text;
	}
}

import type { DindNames } from '../commands/names.ts';
import { API_PORT_LABEL, PAGE_PORT_LABEL } from '../commands/names.ts';
import { readConfig } from '../commands/inside.ts';
import { containerLabel, containerState } from '../effects/engine.ts';
import { toMessage } from '../effects/errors.ts';
import type { SupervisorApi } from '../effects/supervisor-api.ts';
import { openSupervisorApi } from '../effects/supervisor-api.ts';
import type { DeviceConfig } from '../files/device-config.ts';
import { DEFAULT_LISTEN_PORT, parseDeviceConfig } from '../files/device-config.ts';
import { ApplicationsAnswer, DeviceAnswer, NameAnswer, StateAnswer } from '../status/answers.ts';
import type { DindStatus, StatusFacts, SupervisorAnswers } from '../status/device-status.ts';
import { toDindStatus } from '../status/device-status.ts';
import { renderStatus } from '../status/render.ts';
import { renderGroup } from '../status/render-group.ts';
import { requireEngine } from './device.ts';
import { requireGroup } from './group.ts';
import type { Tools } from './tools.ts';

type StatusTools = Pick<Tools, 'shell'>;

/** Prints the status. Resolves to 1 if there is no device or its supervisor does not answer. */
export async function printStatus(
	tools: Tools,
	names: DindNames,
	{ json }: { readonly json: boolean },
): Promise<number> {
	await requireEngine(tools);
	const status = await observeStatus(tools, names);
	tools.print(json ? `${JSON.stringify(status, null, 2)}\n` : renderStatus(status, tools));
	return status.problem === null ? 0 : 1;
}

/** Prints the status of every device of the group. Resolves to 1 if one of them has a problem. */
export async function printGroupStatus(
	tools: Tools,
	names: DindNames,
	{ json }: { readonly json: boolean },
): Promise<number> {
	await requireEngine(tools);
	const devices = await requireGroup(tools, names);
	const statuses = await Promise.all(devices.map((device) => observeStatus(tools, device)));
	tools.print(json ? `${JSON.stringify(statuses, null, 2)}\n` : renderGroup(statuses));
	return statuses.every(({ problem }) => problem === null) ? 0 : 1;
}

/** The supervisor's answers, for somebody who looks again and again. */
export type AskSupervisor = (apiUrl: string) => Promise<SupervisorAnswers>;

/** Asks for the API's key once, and again only after a failure: a new device has another one. */
export function createAsker({ shell }: StatusTools, names: DindNames): AskSupervisor {
	let opened: SupervisorApi | undefined;
	return async (apiUrl) => {
		const api = opened ?? (await openSupervisorApi(shell, names, apiUrl));
		opened = undefined;
		const answers = await readAnswers(api);
		opened = api;
		return answers;
	};
}

/** Looks at the containers here and asks the device; never fails for a device that is not well. */
export async function observeStatus(
	tools: StatusTools,
	names: DindNames,
	askSupervisor = createAsker(tools, names),
): Promise<DindStatus> {
	const { shell } = tools;
	const [deviceContainer, cloudContainer, urls] = await Promise.all([
		containerState(shell, names.device),
		containerState(shell, names.cloud),
		observeUrls(tools, names),
	]);
	const base = { name: names.name, deviceContainer, cloudContainer, ...urls };
	if (deviceContainer !== 'running') {
		const problem = `the device does not run (container ${names.device} is ${deviceContainer})`;
		return toDindStatus({ ...base, config: undefined, supervisor: undefined, problem });
	}
	const [config, asked] = await Promise.all([
		observeConfig(tools, names),
		tryToAsk(askSupervisor, urls.apiUrl),
	]);
	return toDindStatus({ ...base, config, ...asked });
}

/** The addresses on this computer under which the device was published when it was made. */
export async function observeUrls(
	{ shell }: StatusTools,
	names: DindNames,
): Promise<Pick<StatusFacts, 'apiUrl' | 'pageUrl'>> {
	const [apiPort, pagePort] = await Promise.all([
		containerLabel(shell, names.device, API_PORT_LABEL),
		containerLabel(shell, names.device, PAGE_PORT_LABEL),
	]);
	return {
		apiUrl: `http://127.0.0.1:${apiPort ?? DEFAULT_LISTEN_PORT}`,
		pageUrl: pagePort === undefined ? undefined : `http://127.0.0.1:${pagePort}/`,
	};
}

async function observeConfig(
	{ shell }: StatusTools,
	names: DindNames,
): Promise<DeviceConfig | undefined> {
	try {
		return parseDeviceConfig(await shell.read(readConfig(names)), 'config.json of the device');
	} catch {
		return undefined; // being written at this moment, or damaged: the supervisor's log says which
	}
}

async function tryToAsk(
	askSupervisor: AskSupervisor,
	apiUrl: string,
): Promise<Pick<StatusFacts, 'supervisor' | 'problem'>> {
	try {
		return { supervisor: await askSupervisor(apiUrl), problem: undefined };
	} catch (thrown) {
		return { supervisor: undefined, problem: toMessage(thrown) };
	}
}

async function readAnswers(api: SupervisorApi): Promise<SupervisorAnswers> {
	const [device, apps, state, deviceName] = await Promise.all([
		api.get('/v1/device', DeviceAnswer),
		api.get('/v2/applications/state', ApplicationsAnswer),
		api.get('/v2/state/status', StateAnswer),
		readName(api),
	]);
	return { device, apps, state, deviceName };
}

/** The name is decoration: a supervisor without that endpoint has a status all the same. */
async function readName(api: SupervisorApi): Promise<string | undefined> {
	try {
		return (await api.get('/v2/device/name', NameAnswer)).deviceName ?? undefined;
	} catch {
		return undefined;
	}
}

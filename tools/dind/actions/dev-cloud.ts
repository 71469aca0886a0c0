import { randomBytes } from 'node:crypto';
import { digestOf } from '../../../src/kit/digest.ts';
import type { CloudClient } from '../../cloud/client.ts';
import { createClient } from '../../cloud/client.ts';
import type { PortOptions } from '../cli/port-options.ts';
import type { CloudContainer } from '../commands/cloud-container.ts';
import { createCloud } from '../commands/cloud-container.ts';
import type { DindNames } from '../commands/names.ts';
import {
	CLOUD_IMAGE,
	CLOUD_PORT_LABEL,
	OPTIONS_LABEL,
	REGISTRY_PORT_LABEL,
} from '../commands/names.ts';
import { createVolume, inspect, removeContainers, startContainer } from '../commands/objects.ts';
import { containerLabel, containerState, lookUp, succeeds } from '../effects/engine.ts';
import { ToolError } from '../effects/errors.ts';
import { ask } from '../effects/http.ts';
import { requireFreePorts } from '../effects/ports.ts';
import { waitUntil } from '../effects/wait.ts';
import { CLOUD_HOST, REGISTRY_HOST } from '../files/device-config.ts';
import type { Tools } from './tools.ts';

/** Ports inside the cloud's container. */
const CLOUD_PORT = 80;
const REGISTRY_PORT = 5000;
const DATA_DIR = '/data';
const USER_KEY_ENV = 'USER_KEY';
const ANSWERS_WITHIN_MS = 60_000;

/** How a person reaches the development cloud of a device from this computer. */
export interface CloudAddress {
	readonly url: string;
	/** `127.0.0.1:<port>` of its registry. */
	readonly registry: string;
	readonly userKey: string;
}

/** Afterwards the cloud and its registry run and answer. */
export async function ensureDevCloud(
	tools: Tools,
	names: DindNames,
	ports: PortOptions,
): Promise<CloudClient> {
	const { shell, progress } = tools;
	const wanted = await toCloudContainer(tools, names, ports);
	const [state, madeFrom] = await Promise.all([
		containerState(shell, names.cloud),
		containerLabel(shell, names.cloud, OPTIONS_LABEL),
	]);
	const isSame = madeFrom === wanted.optionsDigest;
	const isRunning = isSame && (state === 'running' || (await restart(tools, names, state)));
	if (!isRunning) {
		if (state !== 'absent') await shell.read(removeContainers([names.cloud]));
		await startCloud(tools, wanted);
		progress.say(`started ${names.cloud}`);
	}
	const address = await observeCloud(tools, names);
	const isUp = async () => {
		const answer = await ask(`${address.url}/ping`, { withinMs: 2000 }).catch(() => undefined);
		return answer?.status === 200;
	};
	await waitUntil(tools, isUp, {
		withinMs: ANSWERS_WITHIN_MS,
		everyMs: 250,
		what: 'the development cloud does not answer',
		todo: `See what it says: docker logs ${names.cloud}`,
	});
	return createClient(address);
}

async function restart({ shell }: Tools, names: DindNames, state: string): Promise<boolean> {
	return state === 'exited' && (await succeeds(shell, startContainer(names.cloud)));
}

async function toCloudContainer(
	{ shell }: Tools,
	names: DindNames,
	ports: PortOptions,
): Promise<CloudContainer> {
	const container = {
		names,
		image: CLOUD_IMAGE,
		api: { host: ports.cloudPort, container: CLOUD_PORT },
		registry: { host: ports.registryPort, container: REGISTRY_PORT },
		aliases: [CLOUD_HOST, REGISTRY_HOST],
		dataDir: DATA_DIR,
	};
	const imageId = await lookUp(shell, inspect('image', CLOUD_IMAGE, '{{.Id}}'));
	const optionsDigest = digestOf({ container, imageId }).slice(0, 16);
	return { ...container, optionsDigest, env: { [USER_KEY_ENV]: randomBytes(16).toString('hex') } };
}

async function startCloud({ shell }: Tools, wanted: CloudContainer): Promise<void> {
	const { names, api, registry } = wanted;
	await requireFreePorts([
		{ port: api.host, use: "the development cloud's API", option: '--cloud-port' },
		{ port: registry.host, use: "the development cloud's registry", option: '--registry-port' },
	]);
	await shell.read(createVolume(names.cloudVolume, { label: names.groupLabel }));
	await shell.read(createCloud(wanted));
	await shell.read(startContainer(names.cloud));
}

/** Where the cloud of a device answers. @throws {ToolError} unless its container runs */
export async function observeCloud(
	{ shell }: Pick<Tools, 'shell'>,
	names: DindNames,
): Promise<CloudAddress> {
	if ((await containerState(shell, names.cloud)) !== 'running') {
		throw new ToolError(
			`there is no development cloud for ${names.name} (container ${names.cloud})`,
			{
				todo: 'Start one with ./dindctl run.',
			},
		);
	}
	const [cloudPort, registryPort, env] = await Promise.all([
		containerLabel(shell, names.cloud, CLOUD_PORT_LABEL),
		containerLabel(shell, names.cloud, REGISTRY_PORT_LABEL),
		shell.read(inspect('container', names.cloud, '{{range .Config.Env}}{{println .}}{{end}}')),
	]);
	const userKey = new RegExp(`^${USER_KEY_ENV}=(.*)$`, 'm').exec(env)?.[1] ?? '';
	return {
		url: `http://127.0.0.1:${cloudPort ?? ''}`,
		registry: `127.0.0.1:${registryPort ?? ''}`,
		userKey,
	};
}

import type { RunOptions } from '../cli/options.ts';
import { restartSupervisor } from '../commands/inside.ts';
import type { DindNames } from '../commands/names.ts';
import { DEVICE_IMAGE, ENGINE_PORT, toDindNames } from '../commands/names.ts';
import { inspect } from '../commands/objects.ts';
import { lookUp } from '../effects/engine.ts';
import type { HostFacts } from '../effects/host.ts';
import { observeHost } from '../effects/host.ts';
import { DEFAULT_LISTEN_PORT, toDevCloudConfig } from '../files/device-config.ts';
import { toSupervisorConf } from '../files/supervisor-conf.ts';
import { buildDist } from './build-dist.ts';
import type { CloudClient } from '../../cloud/client.ts';
import { ensureDevCloud } from './dev-cloud.ts';
import { findFleet, pushExample } from './push.ts';
import type { DeviceOutcome } from './ensure-device.ts';
import { ensureDevice } from './ensure-device.ts';
import { ensureNetwork } from './ensure-network.ts';
import {
	buildSupervisorImage,
	ensureCloudImage,
	ensureDeviceImage,
	ensureSupervisorImage,
} from './ensure-images.ts';
import { ensureSupervisorConf, loadIntoDevice, waitForInnerEngine } from './load-supervisor.ts';
import type { RunInputs } from './plan-run.ts';
import {
	readRunInputs,
	toDeviceContainer,
	toDevicePorts,
	toEnginePort,
	toIdentity,
} from './plan-run.ts';
import { preloadImages } from './preload-images.ts';
import { setUp } from './set-up.ts';
import { observeUrls } from './status.ts';
import type { Tools } from './tools.ts';
import { waitForPage, waitForServices, waitForSupervisor } from './wait-for-services.ts';

/** What stays the same throughout one run. */
interface RunContext {
	readonly options: RunOptions;
	readonly names: DindNames;
	readonly inputs: RunInputs;
	readonly host: HostFacts;
}

/**
 * Brings a device up from whatever is there. Afterwards it runs its services, or, with a cloud of its own, its
 * supervisor.
 * @throws {ToolError} for a file that is not valid, before anything is started; for whatever fails later
 */
export async function run(
	tools: Tools,
	options: RunOptions,
	{ rebuild }: { readonly rebuild: boolean },
): Promise<number> {
	const names = toDindNames(options.name);
	const inputs = readRunInputs(tools.root, options);
	await setUp(tools);
	const context = { options, names, inputs, host: await observeHost(tools.shell) };
	const image = await makeImages(tools, context, rebuild);
	if (options.mountDist) await buildDist(tools, options);
	const cloud = await prepareCloud(tools, context);
	const outcome = await startDevice(tools, context, { image, cloud });
	const [, release] = await settleAll([
		fillDevice(tools, context, { image, outcome }),
		cloud === undefined ? undefined : pushExample(tools, names, cloud),
	]);
	await waitForEnd(tools, context, release);
	await tellWhereToLook(tools, context);
	return 0;
}

/** @returns the name of the supervisor image */
async function makeImages(
	tools: Tools,
	{ options, inputs }: RunContext,
	rebuild: boolean,
): Promise<string> {
	const makeSupervisor = rebuild ? buildSupervisorImage : ensureSupervisorImage;
	const [image] = await settleAll([
		makeSupervisor(tools, options),
		ensureDeviceImage(tools),
		needsDevCloud(inputs) ? ensureCloudImage(tools) : undefined,
	]);
	return image;
}

/** A device that starts from what it comes with shall not be given something else by the cloud. */
function needsDevCloud({ config, preload }: RunInputs): boolean {
	return config === undefined && preload === undefined;
}

async function prepareCloud(
	tools: Tools,
	{ options, names, inputs }: RunContext,
): Promise<CloudClient | undefined> {
	await ensureNetwork(tools, names);
	return needsDevCloud(inputs) ? await ensureDevCloud(tools, names, options) : undefined;
}

interface DeviceParts {
	readonly image: string;
	readonly cloud: CloudClient | undefined;
}

async function startDevice(
	tools: Tools,
	{ options, names, inputs, host }: RunContext,
	{ image, cloud }: DeviceParts,
): Promise<DeviceOutcome> {
	const { root, shell } = tools;
	const imageId = (await lookUp(shell, inspect('image', DEVICE_IMAGE, '{{.Id}}'))) ?? '';
	const config = inputs.config?.text ?? (await makeConfig(cloud));
	return await ensureDevice(tools, {
		container: toDeviceContainer(options, { root, names, host, inputs, imageId }),
		identity: toIdentity(inputs),
		files: {
			config,
			supervisorConf: toSupervisorConf(image, options),
			...(inputs.preload === undefined ? {} : { apps: inputs.preload.text }),
		},
		clean: options.clean,
		ports: toDevicePorts(options),
	});
}

/** A config.json for the development cloud; without a provisioning key where there is none. */
async function makeConfig(cloud: CloudClient | undefined): Promise<string> {
	const fleet = cloud === undefined ? undefined : await findFleet(cloud);
	return `${JSON.stringify(toDevCloudConfig(fleet), null, 2)}\n`;
}

async function fillDevice(
	tools: Tools,
	{ names, inputs, options }: RunContext,
	{ image, outcome }: { readonly image: string; readonly outcome: DeviceOutcome },
): Promise<void> {
	if (outcome === 'running') tools.progress.say(`${names.device} runs already`);
	await waitForInnerEngine(tools, names);
	await preloadImages(tools, names, inputs.preload?.images ?? []);
	const isOther = await ensureSupervisorConf(tools, names, toSupervisorConf(image, options));
	const isNew = await loadIntoDevice(tools, names, image);
	// The unit of a device that was just made waits for the image by itself.
	if ((isNew || isOther) && outcome !== 'made') await tools.shell.read(restartSupervisor(names));
}

/** @param release - the example's, if this run has made it */
async function waitForEnd(
	tools: Tools,
	{ options, names, inputs }: RunContext,
	release: string | undefined,
): Promise<void> {
	const wait = { timeoutSeconds: options.timeout, release };
	const hasApps = inputs.config === undefined || inputs.preload !== undefined;
	if (!hasApps) {
		await waitForSupervisor(tools, names, wait);
		return;
	}
	await waitForServices(tools, names, wait);
	if (release !== undefined) await waitForPage(tools, names, wait);
}

async function tellWhereToLook(
	{ shell, progress, print }: Tools,
	{ names, options }: RunContext,
): Promise<void> {
	const { pageUrl, apiUrl } = await observeUrls({ shell }, names);
	const name = names.name === 'holdfast' ? '' : ` --name ${names.name}`;
	const engine = toEnginePort(options);
	progress.say('ready');
	print(
		[
			...(engine === undefined ? [] : [`Engine:  tcp://127.0.0.1:${engine}`]),
			...(isPushable(options) ? ['Push:    balena push 127.0.0.1'] : []),
			`Page:    ${pageUrl ?? apiUrl}`,
			`Status:  ./dindctl status${name}`,
			`Logs:    ./dindctl logs${name} -fn 100 -u resin-supervisor-dind`,
			'',
		].join('\n'),
	);
}

/** Command-line clients know no other ports. */
function isPushable(options: RunOptions): boolean {
	const isUsual = options.apiPort === DEFAULT_LISTEN_PORT && toEnginePort(options) === ENGINE_PORT;
	return options.local && isUsual;
}

/** Waits for all of them, whatever happens to one; then the first failure counts. */
async function settleAll<T extends readonly unknown[]>(
	jobs: readonly [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
	await Promise.allSettled(jobs);
	return await Promise.all(jobs);
}

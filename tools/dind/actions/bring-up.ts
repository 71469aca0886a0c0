import type { CloudClient } from '../../cloud/client.ts';
import type { RunOptions } from '../cli/options.ts';
import { restartSupervisor } from '../commands/inside.ts';
import { DEVICE_IMAGE } from '../commands/names.ts';
import type { DindNames } from '../commands/names.ts';
import { inspect } from '../commands/objects.ts';
import { lookUp } from '../effects/engine.ts';
import type { HostFacts } from '../effects/host.ts';
import { toDevCloudConfig } from '../files/device-config.ts';
import { toSupervisorConf } from '../files/supervisor-conf.ts';
import type { DeviceOutcome } from './ensure-device.ts';
import { ensureDevice } from './ensure-device.ts';
import { ensureSupervisorConf, loadIntoDevice, waitForInnerEngine } from './load-supervisor.ts';
import type { RunInputs } from './plan-run.ts';
import { toDeviceContainer, toDevicePorts, toIdentity } from './plan-run.ts';
import { preloadArchive, preloadImages } from './preload-images.ts';
import { findFleet } from './push.ts';
import type { Tools } from './tools.ts';
import { waitForPage, waitForServices, waitForSupervisor } from './wait-for-services.ts';

/** What stays the same throughout the run of one device. */
export interface RunContext {
	readonly options: RunOptions;
	readonly names: DindNames;
	readonly inputs: RunInputs;
	readonly host: HostFacts;
}

export interface DeviceParts {
	readonly image: string;
	readonly cloud: CloudClient | undefined;
}

/** Afterwards the device's container runs. */
export async function startDevice(
	tools: Tools,
	{ options, names, inputs, host }: RunContext,
	{ image, cloud }: DeviceParts,
): Promise<DeviceOutcome> {
	const { root, shell } = tools;
	const deviceImage = options.dindImage ?? DEVICE_IMAGE;
	const imageId = (await lookUp(shell, inspect('image', deviceImage, '{{.Id}}'))) ?? '';
	const config = inputs.config?.text ?? (await makeConfig(cloud));
	return await ensureDevice(tools, {
		container: toDeviceContainer(options, { root, names, host, inputs, imageId }),
		identity: toIdentity(inputs),
		files: {
			config,
			supervisorConf: toSupervisorConf(image, options),
			...(inputs.preload === undefined ? {} : { apps: inputs.preload.text }),
			...(inputs.backup === undefined ? {} : { backup: inputs.backup.path }),
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

/** Afterwards the device has its images and runs the supervisor as wanted. */
export async function fillDevice(
	tools: Tools,
	{ names, inputs, options }: RunContext,
	{ image, outcome }: { readonly image: string; readonly outcome: DeviceOutcome },
): Promise<void> {
	if (outcome === 'running') tools.progress.say(`${names.device} runs already`);
	await waitForInnerEngine(tools, names);
	await preload(tools, names, inputs.preload);
	const isOther = await ensureSupervisorConf(tools, names, toSupervisorConf(image, options));
	const isNew = await loadIntoDevice(tools, names, image);
	// The unit of a device that was just made waits for the image by itself.
	if ((isNew || isOther) && outcome !== 'made') await tools.shell.read(restartSupervisor(names));
}

async function preload(
	tools: Tools,
	names: DindNames,
	wanted: RunInputs['preload'],
): Promise<void> {
	if (wanted === undefined) return;
	const { images, archive } = wanted;
	if (archive === undefined) await preloadImages(tools, names, images);
	else await preloadArchive(tools, names, { images, archive });
}

/**
 * Resolves once the device does what it is meant to do.
 * @param release - the example's, if this run has made it
 */
export async function waitForEnd(
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

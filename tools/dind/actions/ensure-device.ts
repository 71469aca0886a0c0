import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDevice } from '../commands/device-container.ts';
import type { DeviceContainer } from '../commands/device-container.ts';
import { DEVICE_APPS_PATH, DEVICE_BACKUP_PATH, DEVICE_CONFIG_PATH } from '../commands/inside.ts';
import type { DindNames } from '../commands/names.ts';
import { IDENTITY_LABEL, OPTIONS_LABEL } from '../commands/names.ts';
import {
	BOUND_PORTS,
	copyInto,
	copyOut,
	createVolume,
	inspect,
	inspectVolumeLabel,
	removeContainers,
	removeVolumes,
	startContainer,
} from '../commands/objects.ts';
import { containerLabel, containerState, lookUp, succeeds } from '../effects/engine.ts';
import { requireFreePorts } from '../effects/ports.ts';
import type { WantedPort } from '../effects/ports.ts';
import { SUPERVISOR_CONF_PATH } from '../files/supervisor-conf.ts';
import type { Tools } from './tools.ts';

type DeviceTools = Pick<Tools, 'shell' | 'progress'>;

export interface WantedDevice {
	readonly container: DeviceContainer;
	/** Digest of `files.config` and `files.apps`: another one means a new device. */
	readonly identity: string;
	readonly files: {
		readonly config: string;
		/** Preloaded apps. */
		readonly apps?: string;
		/** Path of a backup on this computer. */
		readonly backup?: string;
		readonly supervisorConf: string;
	};
	/** False keeps the volumes of an earlier identity, except the configuration. */
	readonly clean: boolean;
	readonly ports: readonly WantedPort[];
}

/** Whether the device ran already, was started again, or made. */
export type DeviceOutcome = 'running' | 'started' | 'made';

/**
 * Afterwards the device's container runs as wanted. One that was made from other options is made again on its
 * old volumes; one of another configuration is made anew, on new volumes.
 */
export async function ensureDevice(
	tools: DeviceTools,
	wanted: WantedDevice,
): Promise<DeviceOutcome> {
	const { shell, progress } = tools;
	const { names, optionsDigest } = wanted.container;
	const [state, madeFrom, identity] = await Promise.all([
		containerState(shell, names.device),
		containerLabel(shell, names.device, OPTIONS_LABEL),
		lookUp(shell, inspectVolumeLabel(names.volumes.boot, IDENTITY_LABEL)),
	]);
	const isSame = madeFrom === optionsDigest && identity === wanted.identity;
	if (isSame && state === 'running') return 'running';
	// A container whose network has gone cannot be started again; then it is made again.
	if (isSame && state === 'exited' && (await succeeds(shell, startContainer(names.device)))) {
		progress.say(`started ${names.device} again`);
		return 'started';
	}
	await requireOtherPorts(tools, wanted);
	if (state !== 'absent') {
		progress.say(
			`${names.device} (${state}) is made again${isSame ? '' : ': its options changed'}`,
		);
		await shell.read(removeContainers([names.device]));
	}
	await makeDevice(tools, wanted, identity);
	progress.say(`started ${names.device}`);
	return 'made';
}

/** The ports of the container that is about to be replaced count as free. */
async function requireOtherPorts({ shell }: DeviceTools, wanted: WantedDevice): Promise<void> {
	const look = inspect('container', wanted.container.names.device, BOUND_PORTS);
	const own = new Set((await lookUp(shell, look))?.split(' ').map(Number));
	await requireFreePorts(wanted.ports.filter(({ port }) => !own.has(port)));
}

async function makeDevice(
	tools: DeviceTools,
	wanted: WantedDevice,
	identity: string | undefined,
): Promise<void> {
	const { shell } = tools;
	const { names } = wanted.container;
	const isNew = identity !== wanted.identity;
	if (identity !== undefined && isNew) await removeOldVolumes(tools, names, wanted.clean);
	const { docker, boot, state, data } = names.volumes;
	await shell.read(createVolume(boot, names, [`${IDENTITY_LABEL}=${wanted.identity}`]));
	for (const volume of [docker, state, data]) await shell.read(createVolume(volume, names));
	try {
		await shell.read(createDevice(wanted.container));
		await copyFiles(tools, wanted);
		await shell.read(startContainer(names.device));
	} catch (thrown) {
		await shell.capture(removeContainers([names.device])); // or the next run would take it for a whole one
		if (isNew) await shell.capture(removeVolumes([boot]));
		throw thrown;
	}
}

async function removeOldVolumes(
	{ shell, progress }: DeviceTools,
	{ volumes }: DindNames,
	clean: boolean,
): Promise<void> {
	const { docker, boot, state, data } = volumes;
	const old = clean ? [docker, boot, state, data] : [boot];
	progress.say(`another configuration, so another device: removing ${old.join(', ')}`);
	await shell.read(removeVolumes(old));
}

/** A configuration that is there already is the device's own by now; it is copied last, so that with it all is there. */
async function copyFiles({ shell }: DeviceTools, wanted: WantedDevice): Promise<void> {
	const { config, apps, backup, supervisorConf } = wanted.files;
	const { device } = wanted.container.names;
	const hasConfig = await succeeds(shell, copyOut(device, DEVICE_CONFIG_PATH));
	const files: [string, string][] = [[supervisorConf, SUPERVISOR_CONF_PATH]];
	if (!hasConfig && apps !== undefined) files.push([apps, DEVICE_APPS_PATH]);
	if (!hasConfig) files.push([config, DEVICE_CONFIG_PATH]);
	if (!hasConfig && backup !== undefined) {
		await shell.read(copyInto(backup, device, DEVICE_BACKUP_PATH));
	}
	const dir = mkdtempSync(join(tmpdir(), 'dindctl-'));
	try {
		for (const [content, target] of files) {
			const source = join(dir, 'file');
			writeFileSync(source, content, { mode: 0o600 });
			await shell.read(copyInto(source, device, target));
		}
	} finally {
		rmSync(dir, { recursive: true });
	}
}

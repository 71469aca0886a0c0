import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { digestOf } from '../../../src/kit/digest.ts';
import type { RunOptions } from '../cli/options.ts';
import type { DeviceContainer } from '../commands/device-container.ts';
import {
	DEVICE_IMAGE,
	ENGINE_PORT,
	PORT_STEP,
	toDindNames,
	toMemberName,
} from '../commands/names.ts';
import type { DindNames } from '../commands/names.ts';
import { ToolError } from '../effects/errors.ts';
import type { HostFacts } from '../effects/host.ts';
import type { WantedPort } from '../effects/ports.ts';
import type { BackupFile } from '../files/backup.ts';
import { findBackup } from '../files/backup.ts';
import type { DeviceConfig } from '../files/device-config.ts';
import { DEFAULT_LISTEN_PORT, readDeviceConfig, toLocalConfig } from '../files/device-config.ts';
import { readPreloadImages } from '../files/preload.ts';
import { toSharedFolders } from '../files/supervisor-conf.ts';

/** Apps that a device starts with. */
export interface PreloadInput {
	/** apps.json */
	readonly text: string;
	readonly images: readonly string[];
	/** A bundle on this computer that has the images. Undefined: they are pulled. */
	readonly archive?: string | undefined;
}

/** What the files that were handed over say. Read before anything is started. */
export interface RunInputs {
	/** Undefined: the development cloud. */
	readonly config: { readonly text: string; readonly parsed: DeviceConfig } | undefined;
	/** Undefined: nothing is preloaded. */
	readonly preload: PreloadInput | undefined;
	/** Undefined: no volumes come from a backup. */
	readonly backup?: BackupFile | undefined;
}

/** The options of each device of a run: the first as asked for, the ports of the others above its own. */
export function toMembers(options: RunOptions): RunOptions[] {
	const { group, number } = toDindNames(options.name);
	if (number > 1 && options.count > 1) {
		throw new ToolError(
			`--count begins with the first device, ${group}, not with ${options.name}`,
			{
				exitCode: 2,
			},
		);
	}
	return Array.from({ length: options.count }, (_, index) => {
		const above = index * PORT_STEP;
		const { apiPort, pagePort, sshPort, enginePort } = options;
		return {
			...options,
			name: toMemberName(group, number + index),
			apiPort: apiPort + above,
			pagePort: pagePort + above,
			sshPort: sshPort + above,
			...(enginePort === undefined ? {} : { enginePort: enginePort + above }),
		};
	});
}

/** @throws {ToolError} if a file is missing or not valid */
export function readRunInputs(root: string, options: RunOptions): RunInputs {
	const appsPath =
		options.apps === undefined ? join(root, 'tools/dind/apps.json') : resolve(options.apps);
	return {
		config: readConfig(root, options),
		preload:
			options.preload && options.preloadDir === undefined
				? { images: readPreloadImages(appsPath), text: readFileSync(appsPath, 'utf8') }
				: undefined,
		backup: options.mountBackup
			? findBackup(resolve(options.backup ?? join(root, 'tools/dind/backup.tgz')))
			: undefined,
	};
}

function readConfig(root: string, { config, local }: RunOptions): RunInputs['config'] {
	if (local && config === undefined) {
		const parsed = toLocalConfig();
		return { parsed, text: `${JSON.stringify(parsed, null, 2)}\n` };
	}
	const path = findConfig(root, config);
	return path === undefined ? undefined : readConfigFile(path);
}

function readConfigFile(path: string) {
	const parsed = readDeviceConfig(path);
	return { parsed, text: readFileSync(path, 'utf8') };
}

/** A file that was asked for is one of the current folder, or else of tools/dind. */
function findConfig(root: string, asked: string | undefined): string | undefined {
	const home = join(root, 'tools/dind');
	const usual = join(home, 'config.json');
	if (asked === undefined) return existsSync(usual) ? usual : undefined;
	const beside = join(home, asked);
	const path = resolve(asked);
	return !isAbsolute(asked) && !existsSync(path) && existsSync(beside) ? beside : path;
}

/** Ports of this computer that the device wants, and for what. */
export function toDevicePorts(options: RunOptions): WantedPort[] {
	const ssh = { port: options.sshPort, use: "the device's ssh server", option: '--ssh-port' };
	const engine = options.enginePort;
	return [
		{ port: options.apiPort, use: "the supervisor's API", option: '--api-port' },
		{ port: options.pagePort, use: "the app's page", option: '--page-port' },
		...(options.ssh ? [ssh] : []),
		...(engine === undefined
			? []
			: [{ port: engine, use: "the device's engine", option: '--engine-port' }]),
	];
}

export interface DeviceContext {
	readonly root: string;
	readonly names: DindNames;
	readonly host: HostFacts;
	readonly inputs: RunInputs;
	/** Id of the device image: a new one means a new container. */
	readonly imageId: string;
}

/** The device's container as these options want it. */
export function toDeviceContainer(options: RunOptions, context: DeviceContext): DeviceContainer {
	const { root, names, host, inputs, imageId } = context;
	const engine = options.enginePort;
	const container: DeviceContainer = {
		names,
		image: options.dindImage ?? DEVICE_IMAGE,
		...host,
		optionsDigest: '',
		api: {
			host: options.apiPort,
			container: inputs.config?.parsed.listenPort ?? DEFAULT_LISTEN_PORT,
		},
		page: { host: options.pagePort, container: 80 },
		...(options.ssh ? { ssh: { host: options.sshPort, container: 22_222 } } : {}),
		...(engine === undefined ? {} : { engine: { host: engine, container: ENGINE_PORT } }),
		folders: toSharedFolders(root, options),
		env: {
			...(options.ssh ? { DIND_SSH: '1' } : {}),
			...(engine === undefined ? {} : { DIND_ENGINE_TCP: '1' }),
		},
	};
	return { ...container, optionsDigest: digestOf({ container, imageId }).slice(0, 16) };
}

/** Digest of what makes a device another device: its configuration and what it comes with. */
export function toIdentity({ config, preload, backup }: RunInputs): string {
	const texts = { config: config?.text ?? 'development cloud', apps: preload?.text ?? null };
	const all = backup === undefined ? texts : { ...texts, backup: backup.version };
	return digestOf(all).slice(0, 16);
}

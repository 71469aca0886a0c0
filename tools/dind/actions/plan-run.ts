import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { digestOf } from '../../../src/kit/digest.ts';
import type { RunOptions } from '../cli/options.ts';
import type { DeviceContainer } from '../commands/device-container.ts';
import { DEVICE_IMAGE, ENGINE_PORT } from '../commands/names.ts';
import type { DindNames } from '../commands/names.ts';
import type { HostFacts } from '../effects/host.ts';
import type { WantedPort } from '../effects/ports.ts';
import type { DeviceConfig } from '../files/device-config.ts';
import { DEFAULT_LISTEN_PORT, readDeviceConfig, toLocalConfig } from '../files/device-config.ts';
import { readPreloadImages } from '../files/preload.ts';
import { toSharedFolders } from '../files/supervisor-conf.ts';

/** What the files that were handed over say. Read before anything is started. */
export interface RunInputs {
	/** Undefined: the development cloud. */
	readonly config: { readonly text: string; readonly parsed: DeviceConfig } | undefined;
	/** Undefined: nothing is preloaded. */
	readonly preload: { readonly text: string; readonly images: readonly string[] } | undefined;
}

/** @throws {ToolError} if a file is missing or not valid */
export function readRunInputs(root: string, options: RunOptions): RunInputs {
	const appsPath =
		options.apps === undefined ? join(root, 'tools/dind/apps.json') : resolve(options.apps);
	return {
		config: readConfig(root, options),
		preload: options.preload
			? { images: readPreloadImages(appsPath), text: readFileSync(appsPath, 'utf8') }
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
	const engine = toEnginePort(options);
	return [
		{ port: options.apiPort, use: "the supervisor's API", option: '--api-port' },
		{ port: options.pagePort, use: "the app's page", option: '--page-port' },
		...(options.ssh ? [ssh] : []),
		...(engine === undefined
			? []
			: [{ port: engine, use: "the device's engine", option: '--engine-port' }]),
	];
}

/** The port of this computer that the device's engine is published on, if it is. */
export function toEnginePort({ enginePort, local }: RunOptions): number | undefined {
	return enginePort ?? (local ? ENGINE_PORT : undefined);
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
	const engine = toEnginePort(options);
	const container: DeviceContainer = {
		names,
		image: DEVICE_IMAGE,
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
export function toIdentity({ config, preload }: RunInputs): string {
	const texts = { config: config?.text ?? 'development cloud', apps: preload?.text ?? null };
	return digestOf(texts).slice(0, 16);
}

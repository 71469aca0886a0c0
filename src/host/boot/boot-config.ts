import isEqual from 'lodash/isEqual.js';
import path from 'node:path';
import { messageOf, SupervisorError } from '../../kit/errors.ts';
import type { Logger } from '../../kit/logger.ts';
import { createQueue } from '../../kit/queue.ts';
import type {
	BootBackend,
	BootChange,
	BootFault,
	ObservedBootFile,
} from '../../model/boot-config.ts';
import { backendRules } from '../../plan/boot/all-rules.ts';
import { backendsFor, type BootDevice } from '../../plan/boot/device-types.ts';
import type { BootConfig } from '../../ports/boot-config.ts';
import type { ConfigFile } from '../../ports/host.ts';
import { createAtBoot, digestsOf } from './at-boot.ts';
import { createTextFile, type BootFile } from './boot-file.ts';
import { createConfigFs } from './config-fs.ts';
import { configTxt } from './config-txt.ts';
import { extlinux } from './extlinux.ts';
import { extraUEnv } from './extra-u-env.ts';
import { createOdmdata } from './odmdata.ts';
import { createPowerAndFan } from './power-and-fan.ts';
import { createSplash } from './splash.ts';

export interface BootConfigOptions {
	readonly bootMountpoint: string;
	/** Mount point of the host's root file system. */
	readonly rootMountpoint: string;
	readonly configFile: ConfigFile;
	/** What decides which backends the device has. */
	readonly device: () => Promise<BootDevice>;
	/** The host's kernel has the module afterwards. */
	readonly loadModule: (module: string) => Promise<void>;
	/** Default `/proc`. */
	readonly proc?: string | undefined;
	readonly log: Logger;
}

export function createBootConfig(options: BootConfigOptions): BootConfig {
	const { rootMountpoint, proc = '/proc' } = options;
	const log = options.log.child({ component: 'boot-config' });
	const files = filesOf({ ...options, log });
	const atBoot = createAtBoot({ root: rootMountpoint, proc, log });
	const queue = createQueue();

	const present = async ({ deviceType, osVersion }: BootDevice): Promise<BootFile[]> => {
		const found: BootFile[] = [];
		for (const backend of backendsFor({ deviceType, osVersion })) {
			const file = files[backend];
			if (await file.isThere().catch(() => true)) found.push(file); // why it cannot be read is told then
		}
		return found;
	};
	const look = async (file: BootFile): Promise<ObservedBootFile> => {
		const values = await file.read();
		return {
			backend: file.backend,
			values,
			digestsAtBoot: await atBoot.of(file.backend, values),
			defaultDigests: digestsOf((await file.defaults?.()) ?? {}),
		};
	};
	const observe: BootConfig['observe'] = async () => {
		const device = await options.device();
		const seen: ObservedBootFile[] = [];
		const faults: BootFault[] = [];
		for (const file of await present(device)) {
			const { backend } = file;
			await look(file).then(
				(one) => void seen.push(one),
				(err: unknown) => void faults.push({ backend, reason: messageOf(err) }),
			);
		}
		return { deviceType: device.deviceType, files: seen, faults };
	};
	return {
		async prepare() {
			for (const file of await present(await options.device())) await file.prepare?.();
		},
		observe: () => queue.run(observe),
		change: (backend, wanted) =>
			queue.run(async () => {
				await changeFile(files[backend], wanted);
				log.info({ backend, variables: Object.keys(wanted) }, 'boot configuration is changed');
			}),
	};
}

async function changeFile(file: BootFile, wanted: BootChange): Promise<void> {
	await file.change(wanted);
	const now = await file.read();
	const isSo = Object.entries(wanted).every(([name, items]) =>
		isEqual(now[name] ?? [], items ?? []),
	);
	if (!isSo) throw notKept(file.backend);
}

function notKept(backend: BootBackend): SupervisorError {
	const { title } = backendRules[backend];
	return new SupervisorError(`${title} does not say what was written to it`, {
		code: 'HOST_FAILED',
	});
}

function filesOf(options: BootConfigOptions): Readonly<Record<BootBackend, BootFile>> {
	const { bootMountpoint, rootMountpoint, configFile } = options;
	const onBoot = (name: string): string => path.join(bootMountpoint, name);
	return {
		powerAndFan: createPowerAndFan(configFile),
		configTxt: createTextFile(configTxt, { path: onBoot('config.txt'), isOptional: true }),
		extraUEnv: createTextFile(extraUEnv, { path: onBoot('extra_uEnv.txt'), isOptional: false }),
		extlinux: createTextFile(extlinux, {
			path: onBoot('extlinux/extlinux.conf'),
			isOptional: false,
		}),
		odmdata: createOdmdata(rootMountpoint),
		configFs: createConfigFs(options),
		splash: createSplash(bootMountpoint),
	};
}

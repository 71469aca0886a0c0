import type { ApiDeps } from '../api/deps.ts';
import type { HostApi } from '../api/host-deps.ts';
import type { LocalApi } from '../api/routes/local.ts';
import { createVitals } from '../api/vitals.ts';
import { createImageSizes, type ImageSizesDeps } from '../cloud/image-sizes.ts';
import type { Control } from '../control/control.ts';
import type { ImageSizes } from '../ports/image-sizes.ts';
import type { AppTargetDoors } from './app-targets.ts';
import type { Basis } from './basis.ts';
import type { Cloud } from './cloud.ts';
import { createHealth } from './health.ts';
import type { KeyRotation } from './key-rotation.ts';
import type { Loop } from './loop.ts';
import { createV3Deps } from './v3-deps.ts';
import { createWatchDeps, type WatchParts } from './watch-deps.ts';

interface Parts {
	readonly loop: Loop;
	readonly control: Control;
	readonly cloud: Cloud;
	readonly local: LocalApi;
	readonly doors: AppTargetDoors;
	readonly watch: WatchParts;
	readonly hostApi: HostApi;
	readonly rotation: Pick<KeyRotation, 'regenerate'>;
	readonly registry: Pick<ImageSizesDeps, 'http' | 'registryAuth'>;
}

/** What the endpoints need; the global key exists afterwards. */
export async function createApiDeps(basis: Basis, parts: Parts): Promise<ApiDeps> {
	const { loop, control, cloud, local, doors, watch, rotation } = parts;
	const { configJson, store, engine, host, settings, version, clock } = basis;
	await store.globalApiKey();
	const vitals = createVitals({
		containers: () => loop.board.snapshot().observed?.containers ?? [],
		...{ engine, clock },
	});
	return {
		control,
		local,
		keys: {
			findApiKey: (key) => store.findApiKey(key),
			regenerateApiKey: (key) => rotation.regenerate(key),
		},
		host: parts.hostApi,
		engine,
		vitals,
		snapshot: () => loop.board.snapshot(),
		isOpen: () => configJson.apiEndpoint === '' || settings.current().localMode,
		isStrict: () => settings.current().apiScopes === 'strict',
		isHealthy: createHealth({
			...{ board: loop.board, clock },
			pollIntervalMs: () => settings.current().pollIntervalMs,
		}),
		onKeyRegenerated: () => cloud.reporter.wake(),
		deviceFacts: async () => {
			const { ipAddress, macAddress, osVersion } = await host.facts();
			const apiPort = configJson.listenPort;
			return { apiPort, ipAddress, macAddress, osVersion, supervisorVersion: version };
		},
		deviceType: async () => {
			const { deviceArch, deviceType } = await host.system();
			return { arch: deviceArch, deviceType };
		},
		version,
		v3: createV3Deps(basis, {
			...{ loop, cloud, doors },
			imageSizes: imageSizesOf(basis, parts),
		}),
		watch: createWatchDeps(basis, watch, vitals),
	};
}

function imageSizesOf({ config }: Basis, { registry }: Parts): ImageSizes {
	return createImageSizes({
		...registry,
		apiEndpoint: async () => (await config.read()).apiEndpoint,
	});
}

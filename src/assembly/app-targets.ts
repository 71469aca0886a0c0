import path from 'node:path';
import type { V3Deps } from '../api/v3/deps.ts';
import { createAppTargets, type AppTargets } from '../control/app-targets.ts';
import { createBundleInbox } from '../control/bundle-inbox.ts';
import { createBundleImports } from '../control/import-bundle.ts';
import type { LocalMode } from '../control/local-mode.ts';
import { createBundleFolder, findBundle } from '../host/bundle-files.ts';
import type { Job } from '../kit/job.ts';
import type { Basis } from './basis.ts';
import type { Loop } from './loop.ts';
import type { Watch } from './watch.ts';

export interface AppTargetParts {
	readonly loop: Pick<Loop, 'board'>;
	readonly watch: Pick<Watch, 'targets'>;
	readonly localMode: Pick<LocalMode, 'phase' | 'setBase'>;
	readonly announce: (message: string) => void;
}

/** The targets of single apps that are set on the device itself, and the ways they come. */
export interface AppTargetDoors extends Pick<V3Deps, 'appTargets' | 'bundles'> {
	/** Imports the bundles that lie on the device's disks. */
	readonly inbox: Job;
}

export function createAppTargetDoors(basis: Basis, parts: AppTargetParts): AppTargetDoors {
	const { environment, engine, store, space, log } = basis;
	const targets = appTargetsOf(basis, parts);
	const imports = createBundleImports({ engine, targets, store, space, log });
	return {
		appTargets: targets,
		bundles: {
			...imports,
			async importFile(hostPath, options) {
				const file = await findBundle(environment.rootMountpoint, hostPath);
				await imports.importBundle(file.read(), options);
			},
		},
		inbox: createBundleInbox({
			...{ imports, log, clock: basis.clock, announce: parts.announce },
			folders: [environment.dataMountpoint, environment.bootMountpoint].map((folder) =>
				createBundleFolder(path.join(folder, 'bundles')),
			),
			obstacle: () => inboxObstacle(basis),
			retryDelayMs: basis.configJson.bootstrapRetryDelay,
		}),
	};
}

function appTargetsOf(
	{ store, configJson }: Basis,
	{ loop, localMode, watch }: AppTargetParts,
): AppTargets {
	return createAppTargets({
		store,
		setTarget: (target, options) => {
			watch.targets.baseIsFrom('local');
			localMode.setBase(target, options);
		},
		deviceName: () => loop.board.snapshot().target?.deviceName ?? 'device',
		obstacle: () =>
			configJson.apiEndpoint !== '' && localMode.phase !== 'off'
				? 'The device is in local mode: its target is set by POST /v2/local/target-state'
				: undefined,
	});
}

/** As apps.json, a bundle counts until the cloud has had its say. */
async function inboxObstacle({ store, configJson }: Basis): Promise<string | undefined> {
	if (configJson.apiEndpoint === '') return undefined;
	const stored = await store.loadTarget();
	if (stored?.source !== 'cloud') return undefined;
	return 'The cloud says what runs here';
}

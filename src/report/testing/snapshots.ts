import { AppId, AppUuid, serviceKeyOf } from '../../model/ids.ts';
import type { ObservedContainer, ObservedImage, ObservedState } from '../../model/observed.ts';
import type { DeviceSnapshot } from '../../model/snapshot.ts';
import { decodeTargetDevice } from '../../model/target-document.ts';

const appUuid = AppUuid.parse('b07a6c2d4f5e4c0f9d1a2b3c4d5e6f70');

/** The one app of these snapshots. */
export const webApp = {
	appUuid,
	appId: AppId.parse(4711),
	key: serviceKeyOf(appUuid, 'web'),
	image: `registry.example/v2/ab@sha256:${'7'.repeat(64)}`,
};

const target = decodeTargetDevice({
	name: 'gate-12',
	config: {},
	apps: {
		[appUuid]: {
			id: 4711,
			name: 'cold-chain',
			releases: {
				newcommit: {
					id: 80,
					services: {
						web: { id: 3, image_id: 8, image: webApp.image, environment: {}, labels: {} },
					},
				},
			},
		},
	},
});

/** A running container of the target's release. */
export function containerOf(change: Partial<ObservedContainer> = {}): ObservedContainer {
	return {
		containerId: 'c1',
		name: 'web_8_80_newcommit',
		state: 'running',
		createdAtSec: 10,
		engineImageId: 'sha256:img',
		imageReference: webApp.image,
		labels: {
			'io.balena.app-uuid': appUuid,
			'io.balena.app-id': '4711',
			'io.balena.service-id': '3',
		},
		networks: [],
		volumes: [],
		networkMode: 'bridge',
		...change,
	};
}

/** The target's image, on the engine. */
export function imageOf(): ObservedImage {
	return { engineImageId: 'sha256:img', references: [webApp.image], sizeBytes: 1, labels: {} };
}

/** A snapshot of a device with the one app; nothing is on the engine unless said. */
export function snapshotOf(
	change: Partial<Omit<DeviceSnapshot, 'observed'>> & { observed?: Partial<ObservedState> } = {},
): DeviceSnapshot {
	const { observed, ...rest } = change;
	return {
		revision: 1,
		target,
		pulls: {},
		volatile: {},
		apps: {},
		currentCommits: {},
		updateDownloaded: false,
		...rest,
		observed: { atMs: 0, containers: [], images: [], networks: [], volumes: [], ...observed },
	};
}

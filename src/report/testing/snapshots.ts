import {
	AppId,
	AppUuid,
	Commit,
	ImageId,
	ReleaseId,
	ServiceId,
	ServiceName,
	serviceKeyOf,
} from '../../model/ids.ts';
import type { ObservedContainer, ObservedImage, ObservedState } from '../../model/observed.ts';
import type { DeviceSnapshot } from '../../model/snapshot.ts';
import type { TargetState } from '../../model/target.ts';

const appUuid = AppUuid.parse('b07a6c2d4f5e4c0f9d1a2b3c4d5e6f70');

/** The one app of these snapshots. */
export const webApp = {
	appUuid,
	appId: AppId.parse(4711),
	key: serviceKeyOf(appUuid, 'web'),
	image: `registry.example/v2/ab@sha256:${'7'.repeat(64)}`,
};

const target: TargetState = {
	deviceName: 'gate-12',
	config: {},
	rejected: [],
	apps: [
		{
			appUuid,
			appId: webApp.appId,
			name: 'cold-chain',
			class: 'fleet',
			isHost: false,
			release: {
				releaseId: ReleaseId.parse(80),
				commit: Commit.parse('newcommit'),
				volumes: {},
				networks: {},
				services: [
					{
						serviceName: ServiceName.parse('web'),
						serviceId: ServiceId.parse(3),
						imageId: ImageId.parse(8),
						image: webApp.image,
						running: true,
						environment: {},
						labels: {},
						composition: {
							restart: { Name: 'always', MaximumRetryCount: 0 },
							ports: [],
							expose: [],
							volumes: [],
							networks: [],
							privileged: false,
							capAdd: [],
							capDrop: [],
							devices: [],
							dependsOn: [],
							tty: true,
							readOnly: false,
							groupAdd: [],
							securityOpt: [],
							dns: [],
							dnsSearch: [],
							dnsOpt: [],
							extraHosts: [],
							tmpfs: {},
							sysctls: {},
							ulimits: [],
							oomKillDisable: false,
							ignored: [],
						},
					},
				],
			},
		},
	],
};

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

import pick from 'lodash/pick.js';
import type { V3Deps } from '../api/v3/deps.ts';
import { createSingleFlight } from '../kit/single-flight.ts';
import type { DeviceStatus } from '../model/v3/device.ts';
import type { HostMetrics } from '../model/host-metrics.ts';
import type { ImageSizes } from '../ports/image-sizes.ts';
import type { AppTargetDoors } from './app-targets.ts';
import type { Basis } from './basis.ts';
import type { Cloud } from './cloud.ts';
import { createDryRun } from './dry-run.ts';
import type { Loop } from './loop.ts';
import { createPageFiles, pageFolder } from './page-files.ts';

export interface V3Parts {
	readonly loop: Pick<Loop, 'board' | 'observer'>;
	readonly cloud: Pick<Cloud, 'poller' | 'provisioningError'>;
	readonly doors: Pick<AppTargetDoors, 'appTargets' | 'bundles'>;
	readonly imageSizes: ImageSizes;
}

/** For so long, in milliseconds, the host is not asked again. */
const freshMs = 10_000;

type HostPart = Omit<DeviceStatus, 'name' | 'isLocalMode' | 'cloud'>;

/** What v3 of the local API needs. */
export function createV3Deps(basis: Basis, parts: V3Parts): V3Deps {
	const { clock, settings } = basis;
	const beganMs = clock.monotonicMs();
	const flight = createSingleFlight<HostPart>();
	let last: { readonly atMs: number; readonly part: HostPart } | undefined;
	const hostPart = async (): Promise<HostPart> => {
		if (last !== undefined && clock.monotonicMs() - last.atMs < freshMs) return last.part;
		const part = await flight.run('host', () => askHost(basis));
		last = { atMs: clock.monotonicMs(), part };
		return part;
	};
	return {
		...pick(parts.doors, ['appTargets', 'bundles']),
		isTargetPolled: () => basis.configJson.apiEndpoint !== '',
		pageFile: createPageFiles(pageFolder()),
		now: () => clock.now(),
		dryRun: createDryRun(basis, parts.loop),
		imageSize: async (reference) => {
			const { deviceArch } = await basis.host.system();
			return parts.imageSizes.sizeOf(reference, platformOf(deviceArch));
		},
		device: async () => ({
			...(await hostPart()),
			name: parts.loop.board.snapshot().target?.deviceName ?? '',
			isLocalMode: settings.current().localMode,
			cloud: cloudOf(basis, parts, beganMs),
		}),
	};
}

/** Of the words of device types, those that differ from the ones of images. */
const architectures: Readonly<Record<string, string>> = {
	aarch64: 'arm64',
	armv7hf: 'arm',
	rpi: 'arm',
	i386: '386',
};

function platformOf(deviceArch: string): string {
	return `linux/${architectures[deviceArch] ?? deviceArch}`;
}

async function askHost({ config, host, version }: Basis): Promise<HostPart> {
	const [facts, metrics, { uuid = '', apiEndpoint }] = await Promise.all([
		host.facts(),
		host.metrics(),
		config.read(),
	]);
	return {
		uuid,
		type: facts.deviceType,
		arch: facts.deviceArch,
		osVersion: facts.osVersion,
		supervisorVersion: version,
		ipAddresses: wordsOf(facts.ipAddress),
		macAddresses: wordsOf(facts.macAddress),
		isManaged: apiEndpoint !== '',
		load: loadOf(metrics),
	};
}

function wordsOf(text: string): string[] {
	return text.split(' ').filter((word) => word !== '');
}

function loadOf(metrics: HostMetrics): DeviceStatus['load'] {
	return {
		cpuPercent: metrics.cpuUsage,
		memoryUsedMib: metrics.memoryUsage,
		memoryTotalMib: metrics.memoryTotal,
		storageUsedMib: metrics.storageUsage,
		storageTotalMib: metrics.storageTotal,
		temperatureC: metrics.cpuTemp,
		isUndervolted: metrics.isUndervolted,
	};
}

/** @param beganMs - monotonic milliseconds before the first poll */
function cloudOf(
	{ configJson, clock }: Basis,
	{ cloud }: V3Parts,
	beganMs: number,
): DeviceStatus['cloud'] {
	const { apiEndpoint: endpoint } = configJson;
	if (endpoint === '') return undefined;
	const status = cloud.poller.status();
	const { failures, lastError, lastSuccessMs } = status;
	const isRefused = status.isDeviceUnknown || status.isKeyRefused;
	const hadContact = lastSuccessMs > beganMs;
	const quietMs = clock.monotonicMs() - lastSuccessMs;
	return {
		endpoint,
		state: cloudStateOf({ isRefused, failures, hadContact }),
		...(hadContact ? { secondsSinceContact: Math.max(0, Math.floor(quietMs / 1000)) } : {}),
		failures,
		lastError: lastError ?? (hadContact ? undefined : cloud.provisioningError()),
	};
}

interface Contact {
	readonly isRefused: boolean;
	readonly failures: number;
	readonly hadContact: boolean;
}

function cloudStateOf({
	isRefused,
	failures,
	hadContact,
}: Contact): NonNullable<DeviceStatus['cloud']>['state'] {
	if (isRefused) return 'refused';
	if (failures > 0) return 'failing';
	return hadContact ? 'connected' : 'connecting';
}

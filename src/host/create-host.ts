import { arch, networkInterfaces } from 'node:os';
import path from 'node:path';
import { createBriefMemory } from '../kit/brief-memory.ts';
import type { Clock } from '../kit/clock.ts';
import type { ConfigFile, Host, HostFacts, SystemFacts } from '../ports/host.ts';
import { createMetricsReader, type MetricPaths } from './metrics.ts';
import { exists, ipAddressesOf, readMacAddresses } from './network-facts.ts';
import { ownArchitecture, parseOsRelease, readDeviceType } from './os-facts.ts';
import { readText } from './read-text.ts';

export interface HostOptions {
	/** Mount point of the host's root file system. */
	readonly rootMountpoint: string;
	/** Mount point of the host's boot partition. */
	readonly bootMountpoint: string;
	readonly osReleasePath: string;
	/** Folder of the network interfaces, `/sys/class/net`. */
	readonly macAddressPath: string;
	readonly configFile: ConfigFile;
	readonly clock: Pick<Clock, 'monotonicMs'>;
	/** Where the kernel's files are; default `/proc`, `/sys` and `/dev/kmsg`. */
	readonly kernel?: MetricPaths;
	/** Default: this machine's. */
	readonly interfaces?: typeof networkInterfaces;
}

const thisKernel: MetricPaths = { proc: '/proc', sys: '/sys', kmsg: '/dev/kmsg' };

/** What hardly changes while the device is up is read once for all who ask in so many milliseconds. */
const memoryMs = 10_000;

/** The host as its mounted files show it. What cannot be read is absent; nothing here fails. */
export function createHost(options: HostOptions): Host {
	const { clock, kernel = thisKernel, interfaces = networkInterfaces } = options;
	const readFiles = createBriefMemory(clock, memoryMs, () => readLasting({ ...options, kernel }));
	const system = async (): Promise<SystemFacts> => {
		const [config, files] = await Promise.all([
			options.configFile.read().catch(() => undefined),
			readFiles(),
		]);
		return toSystemFacts(config, files);
	};
	return {
		metrics: createMetricsReader(kernel),
		system,
		facts: async () => ({ ...(await system()), ...(await readNetwork(options, interfaces)) }),
		hasPath: (hostPath) => exists(path.join(options.rootMountpoint, hostPath)),
	};
}

type SystemOptions = Omit<HostOptions, 'kernel'> & { readonly kernel: MetricPaths };

interface Lasting {
	/** Of os-release. */
	readonly release: Readonly<Record<string, string>>;
	readonly deviceType: Awaited<ReturnType<typeof readDeviceType>>;
	readonly kernelRelease: string | undefined;
}

async function readLasting(options: SystemOptions): Promise<Lasting> {
	const { osReleasePath, bootMountpoint, kernel } = options;
	const [osRelease, deviceType, kernelRelease] = await Promise.all([
		readText(osReleasePath),
		readDeviceType(bootMountpoint),
		readText(path.join(kernel.proc, 'sys/kernel/osrelease')),
	]);
	return { release: parseOsRelease(osRelease ?? ''), deviceType, kernelRelease };
}

function toSystemFacts(
	config: Awaited<ReturnType<ConfigFile['read']>> | undefined,
	{ release, deviceType, kernelRelease }: Lasting,
): SystemFacts {
	return {
		osVersion: release.PRETTY_NAME,
		osSlug: release.ID,
		osVersionId: release.VERSION_ID,
		osBuild: release.BALENA_BOARD_REV ?? release.RESIN_BOARD_REV,
		kernelRelease,
		osVariant: toVariant(release.VARIANT_ID) ?? (config?.developmentMode ? 'dev' : 'prod'),
		deviceType: deviceType.slug ?? config?.deviceType ?? 'unknown',
		deviceArch: deviceType.arch ?? ownArchitecture(arch()),
	};
}

async function readNetwork(
	{ macAddressPath }: HostOptions,
	interfaces: typeof networkInterfaces,
): Promise<Omit<HostFacts, keyof SystemFacts>> {
	return {
		macAddress: await readMacAddresses(macAddressPath),
		ipAddress: ipAddressesOf(interfaces()),
	};
}

function toVariant(variantId: string | undefined): SystemFacts['osVariant'] {
	return variantId === 'dev' || variantId === 'prod' ? variantId : undefined;
}

import { arch, networkInterfaces } from 'node:os';
import path from 'node:path';
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
	/** Where the kernel's files are; default `/proc`, `/sys` and `/dev/kmsg`. */
	readonly kernel?: MetricPaths;
	/** Default: this machine's. */
	readonly interfaces?: typeof networkInterfaces;
}

const thisKernel: MetricPaths = { proc: '/proc', sys: '/sys', kmsg: '/dev/kmsg' };

/** The host as its mounted files show it. What cannot be read is absent; nothing here fails. */
export function createHost(options: HostOptions): Host {
	const { kernel = thisKernel, interfaces = networkInterfaces } = options;
	const system = (): Promise<SystemFacts> => readSystem({ ...options, kernel });
	return {
		metrics: createMetricsReader(kernel),
		system,
		facts: async () => ({ ...(await system()), ...(await readNetwork(options, interfaces)) }),
		hasPath: (hostPath) => exists(path.join(options.rootMountpoint, hostPath)),
	};
}

type SystemOptions = Omit<HostOptions, 'kernel'> & { readonly kernel: MetricPaths };

async function readSystem(options: SystemOptions): Promise<SystemFacts> {
	const { osReleasePath, bootMountpoint, configFile, kernel } = options;
	const [config, osRelease, deviceType, kernelRelease] = await Promise.all([
		configFile.read().catch(() => undefined),
		readText(osReleasePath),
		readDeviceType(bootMountpoint),
		readText(path.join(kernel.proc, 'sys/kernel/osrelease')),
	]);
	const release = parseOsRelease(osRelease ?? '');
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

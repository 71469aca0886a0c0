import { arch, networkInterfaces } from 'node:os';
import path from 'node:path';
import type { ConfigFile, Host, HostFacts } from '../ports/host.ts';
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
	return {
		metrics: createMetricsReader(kernel),
		facts: () => readFacts({ ...options, kernel, interfaces }),
		hasPath: (hostPath) => exists(path.join(options.rootMountpoint, hostPath)),
	};
}

async function readFacts({
	osReleasePath,
	bootMountpoint,
	macAddressPath,
	configFile,
	kernel,
	interfaces,
}: Required<HostOptions>): Promise<HostFacts> {
	const [config, osRelease, deviceType, kernelRelease, macAddress] = await Promise.all([
		configFile.read().catch(() => undefined),
		readText(osReleasePath),
		readDeviceType(bootMountpoint),
		readText(path.join(kernel.proc, 'sys/kernel/osrelease')),
		readMacAddresses(macAddressPath),
	]);
	const release = parseOsRelease(osRelease ?? '');
	return {
		osVersion: release.PRETTY_NAME,
		osSlug: release.ID,
		osVersionId: release.VERSION_ID,
		kernelRelease,
		osVariant: toVariant(release.VARIANT_ID) ?? (config?.developmentMode ? 'dev' : 'prod'),
		deviceType: deviceType.slug ?? config?.deviceType ?? 'unknown',
		deviceArch: deviceType.arch ?? ownArchitecture(arch()),
		macAddress,
		ipAddress: ipAddressesOf(interfaces()),
	};
}

function toVariant(variantId: string | undefined): HostFacts['osVariant'] {
	return variantId === 'dev' || variantId === 'prod' ? variantId : undefined;
}

import type { ConfigJson } from '../config/config-json.ts';
import type { HostMetrics } from '../model/host-metrics.ts';

/** config.json on the boot partition. */
export interface ConfigFile {
	/** The current, validated content. Cheap: kept in memory after the first read. */
	read(): Promise<ConfigJson>;
	/**
	 * Merges `patch` over the file's present content (keys with `undefined` are removed), keeps unknown keys, and writes
	 * it atomically; it is on the disk when this resolves. Calls are run one after another.
	 * @throws {SupervisorError} CONFIG_INVALID, HOST_FAILED
	 */
	update(patch: Readonly<Record<string, unknown>>): Promise<ConfigJson>;
}

/** What the operating system and the board say of themselves. */
export interface SystemFacts {
	/** PRETTY_NAME of os-release. */
	readonly osVersion?: string | undefined;
	/** ID of os-release: `balena-os`, `debian`. */
	readonly osSlug?: string | undefined;
	/** VERSION_ID of os-release. */
	readonly osVersionId?: string | undefined;
	/** BALENA_BOARD_REV of os-release: the revision that the operating system was built from. */
	readonly osBuild?: string | undefined;
	/** Release of the running kernel: `5.10.120-l4t-r35.4.1`. */
	readonly kernelRelease?: string | undefined;
	/** `dev` or `prod`, from VARIANT_ID, else from config.json's developmentMode. */
	readonly osVariant?: 'dev' | 'prod' | undefined;
	/**
	 * Slug and architecture of device-type.json; else the deviceType of config.json and the architecture this runs on;
	 * else `unknown`.
	 */
	readonly deviceType: string;
	readonly deviceArch: string;
}

export interface HostFacts extends SystemFacts {
	/** Upper case, physical interfaces, joined by a space; empty string when there is none. */
	readonly macAddress: string;
	/** IPv4 and global IPv6 addresses, joined by a space. */
	readonly ipAddress: string;
}

/** Room on the file system that holds the engine's images. */
export interface DiskSpace {
	/** Bytes; undefined when nobody can tell. */
	read(): Promise<{ readonly freeBytes: number; readonly totalBytes: number } | undefined>;
}

/** The device's operating system, read through the mounted root file system. */
export interface Host {
	/** A few small files: for what is asked often. */
	system(): Promise<SystemFacts>;
	/** With the network's facts: the kernel lets the whole process wait for those while it connects containers. */
	facts(): Promise<HostFacts>;
	metrics(): Promise<HostMetrics>;
	/** True if the path exists on the host's root file system. */
	hasPath(path: string): Promise<boolean>;
}

/** The signs by which a new container of a service tells that it has taken over (contract 4.6). */
export interface HandoverSigns {
	/** The service's folder holds none afterwards. @throws {SupervisorError} HOST_FAILED */
	clear(appId: number, serviceName: string): Promise<void>;
	/** True when one is there; what cannot be read is not. */
	isGiven(appId: number, serviceName: string): Promise<boolean>;
}

/** Update locks (contract 4.8): files that services hold against being stopped. */
export interface UpdateLocks {
	/**
	 * All locks of these services are ours afterwards; what was taken before a failure is given back.
	 * @param force - delete locks that users hold
	 * @throws {UpdatesLockedError} if a user holds one
	 */
	take(
		appId: number,
		services: readonly string[],
		options: { readonly force: boolean },
	): Promise<void>;
	/** Our locks of these services are gone afterwards; `all`: of every service that the app has or ever had. */
	release(appId: number, services: readonly string[] | 'all'): Promise<void>;
	/**
	 * Resolves when nothing is at the path any more, or when the signal fires.
	 * @param path - of a lock that a user holds; see HeldLock
	 */
	untilReleased(path: string, signal: AbortSignal): Promise<void>;
}

/** A reboot that is due in this boot of the host. */
export interface DueReboot {
	/** Why, in words; none when somebody else than the supervisor asked for it. */
	readonly reasons: readonly string[];
	/** Services whose first start waits for it, by `serviceKeyOf`; `all`: nobody knows. */
	readonly services: readonly string[] | 'all';
}

/** The breadcrumb that a reboot is due (contract 5.5). It holds for one boot of the host, whatever the clock says. */
export interface RebootMark {
	/** @returns undefined when none is due. @throws {SupervisorError} HOST_FAILED */
	read(): Promise<DueReboot | undefined>;
	/**
	 * A reboot is due; it is on the disk when this resolves.
	 * @param request.serviceKey - the service whose first start waits for it
	 * @throws {SupervisorError} HOST_FAILED
	 */
	add(request: {
		readonly reason: string;
		readonly serviceKey?: string | undefined;
	}): Promise<void>;
}

export type PowerOrder = 'reboot' | 'shutdown';

/** The host's switch. */
export interface HostPower {
	/** An update of the operating system is under way: it must not be cut off. */
	isOsUpdating(): Promise<boolean>;
	/** Resolves when the host would take the order. @throws {SupervisorError} HOST_FAILED */
	check(order: PowerOrder): Promise<void>;
	/** The host has begun to go down. @throws {SupervisorError} HOST_FAILED */
	carryOut(order: PowerOrder): Promise<void>;
}

import type { Job } from '../kit/job.ts';
import type { FirewallWish } from '../model/firewall.ts';
import type { HostUnit } from '../model/host-unit.ts';

/** The light that tells a device from its neighbours. */
export interface IdentityLight extends Job {
	/** It blinks for 15 s from now. A device without one does nothing. */
	blink(): void;
}

/** The same light, as it shows that the cloud is out of reach. */
export interface ConnectionLight {
	/** While it is false, and nobody has the device blink, it blinks four times a turn. Default true. */
	showConnection(isConnected: boolean): void;
}

/** The VPN to the cloud, a service of the operating system. */
export interface Vpn {
	/**
	 * `enabled`: its unit is active. `connected`: it says so itself.
	 * @throws {SupervisorError} HOST_FAILED
	 */
	status(): Promise<{ readonly enabled: boolean; readonly connected: boolean }>;
}

/** The services of the operating system, by the full names of their units: `openvpn.service`. */
export interface HostUnits {
	/** @throws {SupervisorError} HOST_FAILED */
	look(unit: string): Promise<HostUnit>;
	/** systemd has begun to start it; a unit that runs is left alone. @throws {SupervisorError} HOST_FAILED */
	start(unit: string): Promise<void>;
	/** systemd has begun to stop it; a unit that does not run is left alone. @throws {SupervisorError} HOST_FAILED */
	stop(unit: string): Promise<void>;
}

/** The host's firewall. */
export interface Firewall {
	/**
	 * Our rules are as wished afterwards, those of each family all at once; those of others stay. They last until the host
	 * boots.
	 * @throws {SupervisorError} HOST_FAILED; what could not be changed is as it was
	 */
	apply(wish: FirewallWish): Promise<void>;
}

/** What to read of the host's journal; the options of journalctl. */
export interface JournalQuery {
	/** Show fields that are long or cannot be printed, too. */
	readonly all: boolean;
	/** Go on with new entries until the signal fires. */
	readonly follow: boolean;
	/** So many of the newest entries. */
	readonly count?: number | undefined;
	readonly unit?: string | undefined;
	/** The identifier under which a container's output is logged. */
	readonly identifier?: string | undefined;
	/** A word of `journalctl --output`. */
	readonly format: string;
	/** Times as journalctl reads them. */
	readonly since?: string | undefined;
	readonly until?: string | undefined;
}

/** The host's journal. */
export interface Journal {
	/**
	 * What journalctl writes; ends when the signal fires, and the process that reads has ended then, too.
	 * @throws {SupervisorError} HOST_FAILED where the host has no journalctl
	 */
	read(query: JournalQuery, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}

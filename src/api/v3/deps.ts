import type { AppTargets } from '../../control/app-targets.ts';
import type { BundleImports, ImportOptions } from '../../control/import-bundle.ts';
import type { ObservedState } from '../../model/observed.ts';
import type { Plan } from '../../model/plan.ts';
import type { TargetState } from '../../model/target.ts';
import type { DeviceStatus } from '../../model/v3/device.ts';

/** A file of the page, as the build left it. */
export interface PageFile {
	/** Tells this content from every other. */
	readonly etag: string;
	/** Reads it: compressed with gzip. It is kept by nobody. */
	readonly read: () => Promise<Uint8Array>;
}

/** What v3 needs beside what the older interface needs. */
export interface V3Deps {
	/** At most ten seconds old: asking the host for its addresses and its load takes time. */
	readonly device: () => Promise<DeviceStatus>;
	readonly appTargets: Pick<AppTargets, 'read' | 'set' | 'remove'>;
	readonly bundles: BundleDoor;
	/** True on a device with a cloud, whose target takes the place of every other. */
	readonly isTargetPolled: () => boolean;
	/** Bytes that a pull of it fetches at most; undefined where nobody tells within a few seconds. Never rejects. */
	readonly imageSize: (reference: string) => Promise<number | undefined>;
	/** A file of the dashboard by its name; undefined where there is none. */
	readonly pageFile: (name: string) => Promise<PageFile | undefined>;
	/** Wall time. */
	readonly now: () => Date;
	/**
	 * The plan for a target state, as the loop would make it now. Nothing is changed.
	 * @throws {SupervisorError} TARGET_INVALID, ENGINE_UNAVAILABLE, STORE_FAILED
	 */
	readonly dryRun: (request: DryRunRequest, signal: AbortSignal) => Promise<DryRunWorld>;
}

/** The ways of a bundle onto the device. */
export interface BundleDoor extends BundleImports {
	/**
	 * As `importBundle`, of a file of the device.
	 * @param path - absolute, as the host's operating system sees it
	 * @throws {SupervisorError} as `importBundle`; BUNDLE_NOT_FOUND, HOST_FAILED
	 */
	importFile(path: string, options: ImportOptions): Promise<void>;
}

export interface DryRunRequest {
	/** The object under the device's uuid, or that in its wrapping; without `apps`: the target that is in force. */
	readonly document: unknown;
	/** Apps that the document does not name stay as the target in force has them. */
	readonly keepOthers: boolean;
	/** As if update locks were overridden. */
	readonly force: boolean;
}

export interface DryRunWorld {
	readonly plan: Plan;
	readonly target: TargetState;
	readonly observed: ObservedState;
}

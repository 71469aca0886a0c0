import type { AppId, AppUuid, Commit, ImageId, ReleaseId, ServiceId, ServiceName } from './ids.ts';
import type { ServiceComposition } from './composition.ts';
import type { NetworkDefinition, VolumeDefinition } from './resources.ts';

export type AppClass = 'fleet' | 'app' | 'block';

/** What should run on the device: decoded, checked, immutable. */
export interface TargetState {
	readonly deviceName: string;
	/** Device configuration variables as received, with their prefixes. */
	readonly config: Readonly<Record<string, string>>;
	readonly apps: readonly TargetApp[];
	/** Apps of the document that could not be decoded; what they run stays as it is. */
	readonly rejected: readonly RejectedApp[];
	/** The supervisor's own app, when the document names it: never applied, reported as running. */
	readonly supervisorApp?: TargetApp | undefined;
	/** Somebody builds images on the device: none is tidied up but what came in bundles. Default false. */
	readonly keepsImages?: boolean | undefined;
}

export interface RejectedApp {
	readonly appUuid: string;
	/** As far as the document tells it. */
	readonly appId?: number | undefined;
	readonly name?: string | undefined;
	readonly commit?: string | undefined;
	/** One sentence per fault, with the path inside the app. */
	readonly reasons: readonly string[];
}

export interface TargetApp {
	readonly appUuid: AppUuid;
	readonly appId: AppId;
	readonly name: string;
	readonly class: AppClass;
	readonly isHost: boolean;
	/** Absent: the app has no release, so its containers and networks go, its volumes stay. */
	readonly release?: TargetRelease | undefined;
	/** Its images are built or loaded on the device itself: none is downloaded. Default false. */
	readonly hasOwnImages?: boolean | undefined;
}

export interface TargetRelease {
	readonly releaseId: ReleaseId;
	readonly commit: Commit;
	readonly services: readonly TargetService[];
	/** Declared volumes, by their name in the composition. */
	readonly volumes: Readonly<Record<string, VolumeDefinition>>;
	/** Declared networks, by their name in the composition. */
	readonly networks: Readonly<Record<string, NetworkDefinition>>;
	/** What of the volumes, networks and references between services has no effect, each with its path and the reason. */
	readonly ignored: readonly string[];
}

export interface TargetService {
	readonly serviceName: ServiceName;
	readonly serviceId: ServiceId;
	readonly imageId: ImageId;
	/** Image reference exactly as received; the cloud wants it back letter for letter. */
	readonly image: string;
	/**
	 * The engine's id of an image that a container of it may have too, whatever the reference names by now: a tag that
	 * moves changes nothing until somebody says so. Absent: what the reference names decides.
	 */
	readonly engineImageId?: string | undefined;
	readonly running: boolean;
	/** Composition's environment overlaid by the cloud's. */
	readonly environment: Readonly<Record<string, string>>;
	/** Composition's labels overlaid by the cloud's, `io.resin.` written as `io.balena.`. */
	readonly labels: Readonly<Record<string, string>>;
	readonly composition: ServiceComposition;
	readonly contract?: Readonly<Record<string, unknown>> | undefined;
}

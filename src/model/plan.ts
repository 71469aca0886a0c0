import type { BootBackend, BootChange } from './boot-config.ts';
import type { ContainerSpec, NetworkAttachment, RestartPolicy } from './container-spec.ts';
import type { AppUuid, Commit } from './ids.ts';
import type { NetworkSpec, VolumeSpec } from './resources.ts';

/** What every step of a plan says about itself. */
interface StepBase {
	/** Unique in the plan; readable, and equal for equal inputs: `startContainer web`. */
	readonly id: string;
	/** The object it changes, in words a user knows: a service, image, network or volume name. */
	readonly resource: string;
	/** Why, in words a user could read. */
	readonly cause: string;
	/** Ids of the steps that must be done before it. */
	readonly after: readonly string[];
	/** The app it serves; absent for steps of the device as a whole. */
	readonly appUuid?: AppUuid | undefined;
	/** The service it serves, where there is one. */
	readonly serviceName?: string | undefined;
}

export interface PullImageStep extends StepBase {
	readonly kind: 'pullImage';
	/** Image reference as in the target. */
	readonly image: string;
	/** `os[/architecture[/variant]]` of it; absent: the engine's own. */
	readonly platform?: string | undefined;
	/** Reference of an image on the device that this one may be made of, as a delta. Absent: it is pulled whole. */
	readonly deltaSource?: string | undefined;
	/** Services that wait for it, with the ids the cloud knows them by. */
	readonly services: readonly {
		readonly serviceName: string;
		readonly serviceId: number;
		readonly imageId: number;
	}[];
}

export interface RemoveImageStep extends StepBase {
	readonly kind: 'removeImage';
	/** References to untag; the last one frees the layers. */
	readonly references: readonly string[];
	/** An image that the engine will not remove, as something uses it, stays, and that is no failure. Default false. */
	readonly mayStay?: boolean | undefined;
}

export interface CreateNetworkStep extends StepBase {
	readonly kind: 'createNetwork';
	readonly spec: NetworkSpec;
}

export interface RemoveNetworkStep extends StepBase {
	readonly kind: 'removeNetwork';
	readonly networkId: string;
}

export interface CreateVolumeStep extends StepBase {
	readonly kind: 'createVolume';
	readonly spec: VolumeSpec;
}

export interface RemoveVolumeStep extends StepBase {
	readonly kind: 'removeVolume';
	/** Name on the engine. */
	readonly volume: string;
}

export interface CreateContainerStep extends StepBase {
	readonly kind: 'createContainer';
	readonly spec: ContainerSpec;
}

export interface ConnectNetworkStep extends StepBase {
	readonly kind: 'connectNetwork';
	/** Name on the engine. */
	readonly container: string;
	readonly attachment: NetworkAttachment;
}

/** Steps on one container. `container` is its name for one this plan makes, else its id. */
interface ContainerStep extends StepBase {
	readonly container: string;
}

export interface StartContainerStep extends ContainerStep {
	readonly kind: 'startContainer';
}

export interface StopContainerStep extends ContainerStep {
	readonly kind: 'stopContainer';
}

/** Removes a container and its anonymous volumes. */
export interface RemoveContainerStep extends ContainerStep {
	readonly kind: 'removeContainer';
}

export interface RenameContainerStep extends ContainerStep {
	readonly kind: 'renameContainer';
	readonly name: string;
}

/** Stops a container, if it runs, and starts it again as it is. */
export interface RestartContainerStep extends ContainerStep {
	readonly kind: 'restartContainer';
}

/** Has the engine start the container again by this policy from now on. */
export interface UpdateRestartPolicyStep extends ContainerStep {
	readonly kind: 'updateRestartPolicy';
	readonly policy: RestartPolicy;
}

/** Takes away the signs that an earlier container of the service gave when it had taken over. */
export interface ClearHandoverStep extends StepBase {
	readonly kind: 'clearHandover';
	readonly appId: number;
	readonly serviceName: string;
}

/** Waits until the new container of the service gives the sign that it has taken over, or the time is up. */
export interface WaitHandoverStep extends StepBase {
	readonly kind: 'waitHandover';
	readonly appId: number;
	readonly serviceName: string;
	readonly timeoutMs: number;
}

export interface TakeLocksStep extends StepBase {
	readonly kind: 'takeLocks';
	readonly appId: number;
	readonly services: readonly string[];
	/** Delete locks that users hold. */
	readonly force: boolean;
}

export interface ReleaseLocksStep extends StepBase {
	readonly kind: 'releaseLocks';
	readonly appId: number;
	readonly services: readonly string[];
}

/** Remembers that the app now runs this release. */
export interface RecordCommitStep extends StepBase {
	readonly kind: 'recordCommit';
	readonly commit: Commit;
}

/** Leaves the breadcrumb that a reboot is due. */
export interface RequireRebootStep extends StepBase {
	readonly kind: 'requireReboot';
	/** The service whose first start waits for it, where it is for one. */
	readonly serviceKey?: string | undefined;
	/** Why, in words. */
	readonly reason: string;
	/** The boot configuration that it brings into force, where it is for that. */
	readonly changes?: ShownBootConfig | undefined;
}

/** Boot configuration as people are shown it, by key: one value, a list, or null for none. */
export type ShownBootConfig = Readonly<Record<string, string | readonly string[] | null>>;

/** Changes what the device boots with. */
export interface ChangeBootConfigStep extends StepBase {
	readonly kind: 'changeBootConfig';
	readonly backend: BootBackend;
	readonly change: BootChange;
	/** All that is wanted of the backend. */
	readonly wanted: ShownBootConfig;
}

export type Step =
	| PullImageStep
	| RemoveImageStep
	| CreateNetworkStep
	| RemoveNetworkStep
	| CreateVolumeStep
	| RemoveVolumeStep
	| CreateContainerStep
	| ConnectNetworkStep
	| StartContainerStep
	| StopContainerStep
	| RemoveContainerStep
	| RenameContainerStep
	| RestartContainerStep
	| UpdateRestartPolicyStep
	| ClearHandoverStep
	| WaitHandoverStep
	| TakeLocksStep
	| ReleaseLocksStep
	| RecordCommitStep
	| RequireRebootStep
	| ChangeBootConfigStep;

export type StepKind = Step['kind'];

/** A service that cannot get further until the world shows something that no step brings about. */
export interface PlanWait {
	readonly appUuid: AppUuid;
	readonly serviceName: string;
	readonly code:
		'waitsForService' | 'waitsForEngine' | 'waitsForReboot' | 'imageRefused' | 'portTaken';
	/** In words a user could read: `db is not healthy yet`. */
	readonly reason: string;
}

/** A DAG of steps: data, and nothing but data. Without steps and waits the world is as wanted. */
export interface Plan {
	readonly steps: readonly Step[];
	/** Default none. */
	readonly waits?: readonly PlanWait[] | undefined;
}

/**
 * A wish of a person for one app, beside the target. Level-based: it is met when the world shows it, so that a
 * repeated look changes nothing.
 */
export type Intent =
	| { readonly kind: 'stop'; readonly serviceName: string }
	| { readonly kind: 'start'; readonly serviceName: string }
	/** Replace these containers; met when none of them is left and the target's run. */
	| { readonly kind: 'replace'; readonly containerIds: readonly string[] }
	/** Remove the app's containers, networks and volumes, whatever the target says; the caller then drops the intent. */
	| { readonly kind: 'purge' };

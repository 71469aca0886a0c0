import type { LogPosition } from '../model/log-position.ts';
import type { ContainerSpec, NetworkAttachment, RestartPolicy } from '../model/container-spec.ts';
import type {
	EngineEvent,
	ObservedContainer,
	ObservedImage,
	ObservedNetwork,
	ObservedVolume,
} from '../model/observed.ts';
import type { NetworkSpec, VolumeSpec } from '../model/resources.ts';

export interface RegistryCredentials {
	readonly username: string;
	readonly password: string;
	/** Registry host with port, as in the image reference. */
	readonly serverAddress: string;
}

export interface PullOptions {
	/** `os[/architecture[/variant]]`; default: the engine's own. */
	readonly platform?: string | undefined;
	readonly credentials?: RegistryCredentials | undefined;
	/** A token that the registry takes in place of credentials, which are not used then. */
	readonly registryToken?: string | undefined;
	/** Called with 0 to 100, an integer, never falling. */
	readonly onProgress?: ((percent: number) => void) | undefined;
	/** Called once, at the end, with the bytes that came, whether the pull succeeded or not. */
	readonly onDownloaded?: ((bytes: number) => void) | undefined;
	readonly signal: AbortSignal;
}

export interface EngineLogLine {
	readonly message: string;
	readonly isStdErr: boolean;
	/** The engine's stamp, RFC 3339 with nanoseconds: a cursor. */
	readonly stamp: string;
}

/** Lines that came together. */
export interface LogBatch {
	/** None when all were known. */
	readonly lines: readonly EngineLogLine[];
	/** Behind the last of them. */
	readonly position: LogPosition;
	/** Lines before them may be missing: the engine has thrown away what was not read. Default false. */
	readonly hasGap?: boolean;
}

export interface FollowOptions {
	/** Where to go on; default: from the first line the engine still has. */
	readonly from?: LogPosition | undefined;
	/** Begin with so many of the last lines there are. */
	readonly tail?: number | undefined;
	/** Whether the container has a terminal, where the caller knows it: saves the engine a question. */
	readonly tty?: boolean | undefined;
	/**
	 * Asked before each batch is made of what has come, which then is given at once: the time to wait for those who take
	 * it. See {@link LogSink.room}.
	 */
	readonly room?: (() => Promise<void> | undefined) | undefined;
	/** Whether the engine keeps only the newest of the log; see {@link ContainerDetails.isLogRotated}. Default true. */
	readonly isRotated?: boolean | undefined;
	/** See {@link ContainerDetails.logFileBytes}. Default 0. */
	readonly fileBytes?: number | undefined;
	readonly signal: AbortSignal;
}

export interface ContainerDetails {
	readonly containerId: string;
	readonly name: string;
	readonly tty: boolean;
	readonly env: readonly string[];
	readonly engineImageId: string;
	readonly imageReference: string;
	readonly running: boolean;
	readonly exitCode: number;
	readonly startedAt: string;
	/** How often the engine has started it again by its restart policy. */
	readonly restartCount: number;
	/** What kept the engine from starting it the last time; absent when nothing did. */
	readonly startError?: string | undefined;
	readonly labels: Readonly<Record<string, string>>;
	/** The engine writes the log to files of bounded size and number. Default false. */
	readonly isLogRotated?: boolean | undefined;
	/** Size of such a file, from which on it is not written any further; absent where it is not known. */
	readonly logFileBytes?: number | undefined;
}

/** What a running container uses at this moment. */
export interface ContainerUsage {
	/** Without the page cache that can be given back. */
	readonly memoryBytes: number;
	/** Processor time since it started, of all cores together, in milliseconds. */
	readonly cpuMs: number;
}

/**
 * The container engine. Every changing call is idempotent: "already so" is success. Failures are SupervisorErrors:
 * ENGINE_UNAVAILABLE (no answer), ENGINE_NOT_FOUND, IMAGE_PULL_FAILED, IMAGE_WRONG_ARCHITECTURE, PORT_TAKEN, NO_SPACE,
 * and ENGINE_REFUSED for the rest; the message is fit for a user.
 */
export interface ContainerEngine {
	/** Resolves when the engine answers; throws ENGINE_UNAVAILABLE otherwise. */
	ping(signal: AbortSignal): Promise<void>;
	/** Version of the engine; architecture in Go's words (`amd64`, `arm64`, `arm`); cgroup version `1` or `2`. */
	info(signal: AbortSignal): Promise<{
		readonly version: string;
		readonly architecture: string;
		readonly cgroupVersion: string;
	}>;

	/** All containers with the `io.balena.supervised` label, in any state. One engine call. */
	listContainers(signal: AbortSignal): Promise<ObservedContainer[]>;
	/** All images. One engine call. */
	listImages(signal: AbortSignal): Promise<ObservedImage[]>;
	/** Networks with our label, and `supervisor0`. One engine call. */
	listNetworks(signal: AbortSignal): Promise<ObservedNetwork[]>;
	/** Volumes with our label. One engine call. */
	listVolumes(signal: AbortSignal): Promise<ObservedVolume[]>;
	inspectContainer(container: string, signal: AbortSignal): Promise<ContainerDetails>;
	/** One reading; all zero for a container that does not run. */
	containerUsage(container: string, signal: AbortSignal): Promise<ContainerUsage>;

	/** The image is on the device afterwards under this reference. */
	pullImage(reference: string, options: PullOptions): Promise<void>;
	removeImage(reference: string, signal: AbortSignal): Promise<void>;
	/**
	 * The images of an archive, as `docker save` writes one, are on the engine afterwards under the names it gives them.
	 * Where the archive cannot be read to its end, none of them is. ENGINE_REFUSED for what is no such archive.
	 * @throws what reading the archive throws
	 */
	loadImages(archive: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void>;
	/** @param repository - `name[:tag]` the image gets as a further name */
	tagImage(reference: string, repository: string, signal: AbortSignal): Promise<void>;

	/** A network of this name exists afterwards; an existing one is left as it is. */
	createNetwork(spec: NetworkSpec, signal: AbortSignal): Promise<void>;
	removeNetwork(networkId: string, signal: AbortSignal): Promise<void>;
	createVolume(spec: VolumeSpec, signal: AbortSignal): Promise<void>;
	removeVolume(volumeName: string, signal: AbortSignal): Promise<void>;

	/**
	 * A container of this name exists afterwards, attached to the first of its networks; an existing one of ours with that
	 * name is left as it is.
	 * @returns the container's id
	 * @throws {SupervisorError} ENGINE_REFUSED where somebody else's container has the name
	 */
	createContainer(spec: ContainerSpec, signal: AbortSignal): Promise<string>;
	connectNetwork(
		container: string,
		attachment: NetworkAttachment,
		signal: AbortSignal,
	): Promise<void>;
	startContainer(container: string, signal: AbortSignal): Promise<void>;
	/** Sends the stop signal, and kills after the container's own grace period. */
	stopContainer(container: string, signal: AbortSignal): Promise<void>;
	/** Stops it as `stopContainer` does, if it runs, and starts it. */
	restartContainer(container: string, signal: AbortSignal): Promise<void>;
	/** Removes it with its anonymous volumes, running or not. */
	removeContainer(container: string, signal: AbortSignal): Promise<void>;
	renameContainer(container: string, name: string, signal: AbortSignal): Promise<void>;
	/** The engine starts it again by this policy from now on. */
	updateRestartPolicy(container: string, policy: RestartPolicy, signal: AbortSignal): Promise<void>;
	/**
	 * The container has this weight (2 to 262144; 1024 is that of one which was made without) where processes want more
	 * processors than there are, from now on, and when it is started again; unless whoever made it gave it one.
	 * @returns true if it has been changed
	 */
	ensureCpuShares(container: string, shares: number, signal: AbortSignal): Promise<boolean>;

	/**
	 * Events that may change the observed state, from the moment `onOpen` is called; throws ENGINE_UNAVAILABLE when the
	 * connection breaks, and ends without an error when the signal fires.
	 */
	events(signal: AbortSignal, onOpen?: () => void): AsyncIterable<EngineEvent>;
	/**
	 * Lines of a container, after the stamp `since` when given. With `follow` it ends when the container stops, without
	 * it at the last line there is. Ends without an error when the signal fires.
	 */
	containerLogs(
		container: string,
		options: {
			readonly since?: string | undefined;
			readonly follow: boolean;
			readonly tail?: number | undefined;
			/** Whether the container has a terminal, where the caller knows it: saves the engine a question. */
			readonly tty?: boolean | undefined;
			readonly signal: AbortSignal;
		},
	): AsyncIterable<EngineLogLine>;
	/**
	 * Lines of a container as they come, each once over any number of calls that begin where the last one ended, also
	 * where lines share a stamp. Ends when the container stops, and without an error when the signal fires. ENGINE_REFUSED
	 * when its log driver keeps nothing to read. While the caller holds a batch, at most some 100 KiB more are read.
	 */
	followLog(container: string, options: FollowOptions): AsyncIterable<LogBatch>;
}

/** What of the engine is about containers, but for their logs. */
export type ContainerCalls = Pick<
	ContainerEngine,
	| 'listContainers'
	| 'inspectContainer'
	| 'containerUsage'
	| 'createContainer'
	| 'connectNetwork'
	| 'startContainer'
	| 'stopContainer'
	| 'removeContainer'
	| 'renameContainer'
	| 'restartContainer'
	| 'updateRestartPolicy'
	| 'ensureCpuShares'
>;

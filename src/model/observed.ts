/** The engine's world as it was read at one moment. Only what is ours is listed; images are listed whole. */
export interface ObservedState {
	/** Monotonic milliseconds of the reading. */
	readonly atMs: number;
	readonly containers: readonly ObservedContainer[];
	readonly images: readonly ObservedImage[];
	readonly networks: readonly ObservedNetwork[];
	readonly volumes: readonly ObservedVolume[];
}

/** The engine's words for how a container is. */
export const containerStates = [
	'created',
	'running',
	'paused',
	'restarting',
	'removing',
	'exited',
	'dead',
] as const;
export type ContainerState = (typeof containerStates)[number];

/** A container that carries our `supervised` label. */
export interface ObservedContainer {
	readonly containerId: string;
	/** Without the leading slash. */
	readonly name: string;
	readonly state: ContainerState;
	/** Exit code of an exited container, as far as the engine's list tells it. */
	readonly exitCode?: number | undefined;
	readonly health?: 'starting' | 'healthy' | 'unhealthy' | undefined;
	/** Unix seconds, the engine's clock. */
	readonly createdAtSec: number;
	/** The engine's image id (`sha256:…`). */
	readonly engineImageId: string;
	/** Image reference the container was made with. */
	readonly imageReference: string;
	readonly labels: Readonly<Record<string, string>>;
	/** Names of the networks it is attached to. */
	readonly networks: readonly string[];
	/** Names of the named volumes it mounts. */
	readonly volumes: readonly string[];
	readonly networkMode: string;
	/** Ports of the host that the engine publishes for it; only while it runs. Default none. */
	readonly hostPorts?: readonly HostPort[] | undefined;
}

/** A port of the device that a container is reached by. */
export interface HostPort {
	/** Address of the host that it is bound to; empty: all of them. */
	readonly hostIp: string;
	readonly port: number;
	/** `tcp`, `udp` or `sctp`. */
	readonly protocol: string;
}

export interface ObservedImage {
	/** The engine's image id (`sha256:…`). */
	readonly engineImageId: string;
	/** Tags and digests that name it: `repo:tag`, `repo@sha256:…`. */
	readonly references: readonly string[];
	readonly sizeBytes: number;
	readonly labels: Readonly<Record<string, string>>;
}

export interface ObservedNetwork {
	readonly networkId: string;
	readonly name: string;
	readonly driver: string;
	readonly labels: Readonly<Record<string, string>>;
	readonly subnets: readonly string[];
	readonly gateways: readonly string[];
	readonly options: Readonly<Record<string, string>>;
}

export interface ObservedVolume {
	readonly name: string;
	readonly driver: string;
	readonly labels: Readonly<Record<string, string>>;
}

/** An engine event that may change the observed state. */
export interface EngineEvent {
	readonly type: 'container' | 'image' | 'network' | 'volume';
	/** The engine's word: `start`, `die`, `destroy`, `connect` … */
	readonly action: string;
	/** Container, image or network id, or volume name. */
	readonly objectId: string;
	readonly attributes: Readonly<Record<string, string>>;
	/** Nanoseconds since 1970 by the engine's clock, as text; a cursor for the event stream. */
	readonly timeNano: string;
}

/** Something on the engine that can be removed, whoever made it. */
export interface EngineObject {
	/** The engine's id; of a volume its name. */
	readonly id: string;
	/** Container, network or volume name; of an image its names, none for one that lost them. */
	readonly names: readonly string[];
	readonly labels: Readonly<Record<string, string>>;
}

/** A container, and what it holds. */
export interface EngineContainer extends EngineObject {
	readonly imageId: string;
	/** Names of all volumes it mounts, also of those that nobody named. */
	readonly volumes: readonly string[];
	/** Names of the networks it is attached to. */
	readonly networks: readonly string[];
}

/** All that the engine has, ours or not. */
export interface EngineObjects {
	readonly containers: readonly EngineContainer[];
	/** Without the intermediate ones of a build. */
	readonly images: readonly EngineObject[];
	/** Without those that the engine makes for itself. */
	readonly networks: readonly EngineObject[];
	readonly volumes: readonly EngineObject[];
}

/** Sees what `ContainerEngine` does not: what is not ours. Fails as that does. */
export interface EngineInventory {
	/** Four engine calls. @throws {SupervisorError} ENGINE_UNAVAILABLE */
	listEverything(signal: AbortSignal): Promise<EngineObjects>;
}

/** A device's part of a target document in its v3 form, not yet decoded. */
export interface DeviceDocument {
	readonly name?: string | undefined;
	readonly config: Readonly<Record<string, unknown>>;
	readonly apps: Readonly<Record<string, unknown>>;
}

/** An app of it. */
export interface V3App {
	readonly id: number;
	readonly name: string;
	readonly class: string;
	readonly releases: Readonly<Record<string, V3Release>>;
}

export interface V3Release {
	readonly id: number;
	readonly services: Readonly<Record<string, unknown>>;
	readonly volumes: Readonly<Record<string, unknown>>;
	readonly networks: Readonly<Record<string, unknown>>;
}

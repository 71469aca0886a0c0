import type { ObservedBootFile } from '../../model/boot-config.ts';
import type { ObservedState } from '../../model/observed.ts';
import type { PortClaim } from '../../model/host-ports.ts';

/** The world as the simulator has it: what is observed, and what the supervisor remembers. */
export interface World {
	readonly observed: ObservedState;
	/** By app uuid. */
	readonly commits: Readonly<Record<string, string>>;
	readonly storedImages: readonly string[];
	/** Uuids of the apps whose locks are held. */
	readonly locked: readonly string[];
	/** Ids of the containers that the engine does not start again by itself since a plan said so. */
	readonly unrestarted: readonly string[];
	/** By listed reference: labels of images in the registry. Default none. */
	readonly imageLabels?: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;
	/** By container id: ports of the host that it wants while it runs. Default none. */
	readonly published?: Readonly<Record<string, readonly PortClaim[]>> | undefined;
	/** By container id: the containers whose namespaces it has. Default none. */
	readonly joined?: Readonly<Record<string, readonly string[]>> | undefined;
	/** Services whose first start waits for a reboot; default none. */
	readonly rebootDueFor?: readonly string[] | undefined;
	/** Why a reboot is due; default none is. */
	readonly rebootReasons?: readonly string[] | undefined;
	/** What the device boots with; default none. */
	readonly bootFiles?: readonly ObservedBootFile[] | undefined;
	/** See AppPlanInput.adopted. */
	readonly adopted?: Readonly<Record<string, string>> | undefined;
	/** Counts what was made; the next object's id and time. */
	readonly made: number;
}

export const emptyWorld: World = {
	observed: { atMs: 0, containers: [], images: [], networks: [], volumes: [] },
	commits: {},
	storedImages: [],
	locked: [],
	unrestarted: [],
	made: 0,
};

import type { ContainerSpec } from '../model/container-spec.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type { PlanWait } from '../model/plan.ts';
import type { TargetService } from '../model/target.ts';
import type { UpdateStrategy } from '../model/update-strategy.ts';

/** What becomes of one service: the container that stays or is made, and those that go. */
export interface ServiceDecision {
	readonly service: TargetService;
	readonly spec: ContainerSpec;
	/** The container that is as wanted, but perhaps for its name, its networks and whether it runs. Absent: one is made. */
	readonly kept?: ObservedContainer | undefined;
	readonly obsolete: readonly ObsoleteContainer[];
	/** Why it gets a new container, if it gets one. */
	readonly createCause: string;
	/** Why it is started; absent when it is not. */
	readonly startCause?: string | undefined;
	/** Containers that a person wants restarted and that cannot be replaced now: they are started again as they are. */
	readonly restarted: readonly ObservedContainer[];
	/** Containers that are stopped and stay. */
	readonly stopped: readonly ObservedContainer[];
	/** Why the service shall not run; absent when it shall. */
	readonly stopCause?: string | undefined;
	/** Nothing may be made, renamed or started yet. */
	readonly isBlocked: boolean;
	/** What keeps it from being made or started and no step brings about; what is made then is not started. */
	readonly waits: readonly PlanWait[];
	/** Services that are made anew and that its own old containers do not outlive. */
	readonly follows: readonly string[];
	/** Stops of other services' containers that come before those of its own. */
	readonly stopsAfter: readonly string[];
	/** Stops of other services' containers that have a port of the host which it gets. Default none. */
	readonly portsFreedBy?: readonly string[] | undefined;
	/** It is started after the next reboot of the device, and so is what depends on it. */
	readonly awaitsReboot: boolean;
	/** A person asked for what happens to it: its containers stop before the app's images are there. */
	readonly isUrgent: boolean;
	readonly strategy: UpdateStrategy;
	/** Services that start before its own switch. */
	readonly startsAfter: readonly string[];
}

export interface ObsoleteContainer {
	readonly container: ObservedContainer;
	readonly cause: string;
	/** It must be gone before the new one is made, as it holds its name or a network that is made anew. */
	readonly isInTheWay: boolean;
	/** A network it is attached to, or the service whose network it shares, is made anew. */
	readonly losesNetwork: boolean;
	/** Another service gets a port of the host that it has, so it stops first of all. */
	readonly isContested: boolean;
}

import type { ServiceExplanation, ServiceOutlook } from './explanation.ts';
import type { ObservedState } from './observed.ts';
import type { TargetState } from './target.ts';

/** How an app's last look ended, or what it is doing; `waiting`: for a reboot, a service or a delta. */
export type AppPhase = 'applying' | 'settled' | 'backoff' | 'locked' | 'waiting' | 'rejected';

/** An update lock that an app waits for. */
export interface LockInTheWay {
	/** Where it is on the host. */
	readonly path: string;
	readonly serviceName: string;
	/** User id of its owner. */
	readonly ownerUid: number;
	/** Wall time at which it was made, in milliseconds since 1970. */
	readonly since: number;
}

export interface AppCondition {
	readonly phase: AppPhase;
	/** Why it is so, in words; empty when settled. */
	readonly reason: string;
	/** Wall time in milliseconds since 1970 at which the phase began; a label, not for durations. */
	readonly since: number;
	/** Pause until the next attempt, in milliseconds, when in backoff or locked. */
	readonly retryInMs?: number | undefined;
	/** Failures in a row. */
	readonly failures: number;
	/** Text of the last failure; kept until the app settles. */
	readonly lastError?: string | undefined;
	/** What the app's last plan says of its services, by name; those it says nothing of are as wanted. */
	readonly services?: Readonly<Record<string, ServiceOutlook>> | undefined;
	/** Who holds the app back, when the phase is locked and a user's lock is the reason. */
	readonly lock?: LockInTheWay | undefined;
}

/** A reboot that is due and that something prevents. */
export interface BlockedReboot {
	/** Why it is due, in words. */
	readonly reason: string;
	/** What prevents it, in words. */
	readonly obstacle: string;
	/** Pause until the next attempt, in milliseconds. */
	readonly retryInMs: number;
	/** Who prevents it, when a user's lock is the obstacle. */
	readonly lock?: LockInTheWay | undefined;
}

/** What a step is doing to a service at this moment. */
export type VolatileStatus = 'Installing' | 'Starting' | 'Stopping';

/** Everything the reports are made from, at one moment. Immutable. */
export interface DeviceSnapshot {
	/** Grows with every change. */
	readonly revision: number;
	/** Absent until a target was loaded or received. */
	readonly target?: TargetState | undefined;
	/** Absent until the engine was read once. */
	readonly observed?: ObservedState | undefined;
	/** By image reference: percent of a pull under way. */
	readonly pulls: Readonly<Record<string, number>>;
	/** By `serviceKeyOf`: what a step does to the service now. */
	readonly volatile: Readonly<Record<string, VolatileStatus>>;
	/** By app uuid. */
	readonly apps: Readonly<Record<string, AppCondition>>;
	/** By app uuid: the commit that was last applied whole. */
	readonly currentCommits: Readonly<Record<string, string>>;
	/** By `serviceKeyOf`: why each service of the target is as it is. Absent until that was first found out. */
	readonly explanations?: Readonly<Record<string, ServiceExplanation>> | undefined;
	/** Absent while no reboot is due, or nothing prevents it. */
	readonly blockedReboot?: BlockedReboot | undefined;
	/** An image was downloaded since the device was last settled. */
	readonly updateDownloaded: boolean;
}

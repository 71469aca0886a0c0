import { z } from 'zod';

/** Why a service is as it is. */
export const StateCode = z.enum([
	'running', // and nothing is to be changed
	'unhealthy', // it runs, but its own health check fails
	'restarting', // it ends again and again, and the engine starts it again
	'paused',
	'stoppedByPerson',
	'stoppedByTarget',
	'ended', // by itself, and its restart policy leaves it at that
	'dead', // the engine cannot remove it
	'downloading',
	'installing',
	'starting',
	'stopping',
	'planned', // it is to be changed, and its turn comes
	'waitsForService',
	'waitsForEngine',
	'waitsForReboot',
	'locked', // a user's update lock keeps it from being changed
	'backoff', // an attempt failed; the next one comes after a pause
	'imageRefused', // its image can never be had
	'portTaken', // another service has the port of the host that it wants
	'rejected', // the app's release cannot be used; what runs is left as it is
	'absent', // nothing of it is on the device yet
]);
export type StateCode = z.infer<typeof StateCode>;

export const ChangeCode = z.enum([
	'installed',
	'started',
	'restarted',
	'stopped',
	'removed',
	'renamed',
	'connected',
]);
export type ChangeCode = z.infer<typeof ChangeCode>;

const reasonOf = <Code extends z.ZodType>(code: Code) =>
	z
		.object({
			/** For programs; the text may change from version to version. */
			code,
			/** For people: `started: configuration drifted: environment.MODE`. */
			text: z.string(),
			/** Wall time in milliseconds since 1970 at which it began; a label, not for durations. */
			since: z.number(),
		})
		.readonly();

/** What is known of a service: why it is as it is, and why the supervisor last changed it. */
export const ServiceExplanation = z
	.object({
		state: reasonOf(StateCode),
		/** Absent until the supervisor changes the service. */
		lastChange: reasonOf(ChangeCode).optional(),
	})
	.readonly();
export type ServiceExplanation = z.infer<typeof ServiceExplanation>;

/** What an app's last plan says of a service. */
export interface ServiceOutlook {
	/** `planned`: a step is to change it; else what it waits for. */
	readonly code:
		| 'planned'
		| 'waitsForService'
		| 'waitsForEngine'
		| 'waitsForReboot'
		| 'imageRefused'
		| 'portTaken';
	readonly reason: string;
}

import { z } from 'zod';

/** Who had something changed. */
export const ChangedBy = z
	.discriminatedUnion('kind', [
		z.object({ kind: z.literal('cloud') }).describe('A target state of the cloud'),
		z.object({ kind: z.literal('preload') }).describe('The apps that came with the device'),
		z.object({ kind: z.literal('localMode') }).describe('A target state set on the device'),
		z
			.object({
				kind: z.literal('localApi'),
				scope: z
					.enum(['open', 'global', 'app', 'read', 'control', 'host'])
					.describe('What the key reaches; open: no key needed'),
				appId: z.number().int().optional().describe('App of the key'),
				serviceName: z.string().optional().describe('Service that the key was made for'),
			})
			.describe('A request of the local API'),
		z
			.object({ kind: z.literal('engine') })
			.describe('Something on the engine was not as wanted: by hand, or by a fault'),
		z.object({ kind: z.literal('supervisor') }).describe('The supervisor by itself'),
	])
	.describe('Who had it changed');
export type ChangedBy = z.infer<typeof ChangedBy>;

export const ChangeKind = z
	.enum([
		'install',
		'update',
		'remove',
		'repair',
		'target',
		'restart',
		'purge',
		'start',
		'stop',
		'reboot',
		'shutdown',
		'key',
		'hostConfig',
		'tags',
	])
	.describe('What kind of change it was');
export type ChangeKind = z.infer<typeof ChangeKind>;

export const ChangeOutcome = z
	.enum(['done', 'failed', 'refused', 'superseded'])
	.describe('How it ended; superseded: another change took its place');
export type ChangeOutcome = z.infer<typeof ChangeOutcome>;

/** One finished change of the device. */
export const HistoryEntry = z
	.object({
		id: z.number().int().min(1).describe('Grows with every change'),
		startedAt: z.iso.datetime().describe('When it began, by the clock of the device'),
		endedAt: z.iso.datetime(),
		tookMs: z.number().int().describe('Milliseconds from begin to end'),
		kind: ChangeKind,
		text: z.string().describe('What was changed, for people'),
		appUuid: z.string().optional().describe('The app that was changed; absent: the device'),
		appId: z.number().int().optional(),
		appName: z.string().optional(),
		by: ChangedBy,
		cause: z.string().describe('Why, in words'),
		outcome: ChangeOutcome,
		error: z.string().optional().describe('What went wrong last, also where it ended well'),
		fromCommit: z.string().optional().describe('Release before'),
		toCommit: z.string().optional().describe('Release afterwards'),
		services: z
			.array(
				z.object({
					serviceName: z.string(),
					change: z.string().describe('installed, started, restarted, stopped, removed …'),
					cause: z.string(),
				}),
			)
			.readonly()
			.describe('Services that were changed, and why'),
		steps: z.number().int().describe('Steps that were done'),
		failures: z.number().int().describe('Steps that failed before it ended'),
	})
	.readonly()
	.describe('A finished change of the device');
export type HistoryEntry = z.infer<typeof HistoryEntry>;

/** A change before the store gives it its number. */
export type NewHistoryEntry = Omit<HistoryEntry, 'id'>;

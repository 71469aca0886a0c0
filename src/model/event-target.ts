import { z } from 'zod';
import { defineEvent, ofApp } from './event-base.ts';

export const TargetOrigin = z
	.enum(['cloud', 'preload', 'local'])
	.describe('Where the target state came from');
export type TargetOrigin = z.infer<typeof TargetOrigin>;

const reasons = z.array(z.string()).readonly().describe('Why, in words, with the place');

/** What happens to target states. */
export const targetEvents = [
	defineEvent('target.accepted', 'A target state is in force.', {
		origin: TargetOrigin,
		apps: z
			.array(
				z.object({
					appUuid: z.string(),
					appId: z.number().int(),
					name: z.string(),
					commit: z.string().optional().describe('Release; absent: the app has none'),
				}),
			)
			.readonly(),
	}),
	defineEvent('target.rejected', 'A target state was refused; the old one stays in force.', {
		origin: TargetOrigin,
		reasons,
	}),
	defineEvent('app.rejected', 'An app of the target cannot be used; what runs of it stays.', {
		...ofApp,
		reasons,
	}),
	defineEvent('app.condition', 'How an app stands has changed.', {
		...ofApp,
		phase: z
			.enum(['applying', 'settled', 'backoff', 'locked', 'waiting', 'rejected'])
			.describe('How its last look ended, or what it is doing'),
		reason: z.string().describe('Why it is so; empty when settled'),
		failures: z.number().int().describe('Failures in a row'),
		retryInMs: z.number().optional().describe('Pause until the next attempt'),
		lastError: z.string().optional().describe('Text of the last failure, until the app settles'),
	}),
	defineEvent('app.gone', 'Nothing of an app is left, and nothing of it is wanted.', ofApp),
] as const;

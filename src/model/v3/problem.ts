import { z } from 'zod';
import { errorCodes } from '../../kit/error-codes.ts';

/** An update lock that a user's program holds. */
export const HeldLock = z
	.object({
		path: z.string().describe('Where it is on the host'),
		serviceName: z.string(),
		ownerUid: z.number().int().describe('User id of its owner'),
		since: z.iso.datetime().describe('When it was made'),
	})
	.describe('An update lock that a service of the device holds');
export type HeldLock = z.infer<typeof HeldLock>;

/** What every failure under `/v3` is told as: RFC 9457, `application/problem+json`. */
export const Problem = z
	.object({
		type: z.string().describe('Where the code is explained, relative to the device'),
		title: z.string().describe('What the code means; equal for all problems of a code'),
		status: z.number().int().min(400).max(599).describe('HTTP status'),
		detail: z.string().describe('What went wrong this time, for people'),
		code: z.enum(Object.keys(errorCodes)).describe('Stable name of the failure, for programs'),
		instance: z.string().describe('Path of the request'),
		retry: z
			.enum(['never', 'backoff', 'when-unlocked'])
			.describe('What the same request can do later: nothing, succeed, succeed without the lock'),
		lock: HeldLock.optional().describe('The lock in the way, when the code is UPDATES_LOCKED'),
	})
	.describe('A failure (RFC 9457)');
export type Problem = z.infer<typeof Problem>;

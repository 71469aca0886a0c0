import { z } from 'zod';
import { defineEvent, ofApp, ofService } from './event-base.ts';

const step = {
	...ofService,
	stepId: z.string().describe('Unique in its plan: `startContainer web`'),
	kind: z.string().describe('What the step does: `pullImage`, `startContainer` …'),
	resource: z.string().describe('The object it changes'),
	cause: z.string().describe('Why'),
};

const tookMs = z.number().int().describe('Milliseconds from start to end');

/** What happens to plans and their steps. */
export const planEvents = [
	defineEvent('plan.made', 'A plan is about to be carried out.', {
		...ofApp,
		text: z.array(z.string()).readonly().describe('The plan, a line each step, for people'),
		steps: z
			.array(
				z.object({
					id: z.string(),
					kind: z.string(),
					resource: z.string(),
					cause: z.string(),
					after: z.array(z.string()).readonly().describe('Ids of the steps it waits for'),
				}),
			)
			.readonly(),
		isAsked: z.boolean().describe('A person asked for some of it over the local API'),
	}),
	defineEvent('step.started', 'A step has begun.', step),
	defineEvent('step.done', 'A step has ended well.', { ...step, tookMs }),
	defineEvent('step.failed', 'A step has failed.', {
		...step,
		tookMs,
		code: z.string().optional().describe('Stable name of the failure, see docs/errors.md'),
		error: z.string().describe('Text of the failure'),
	}),
	defineEvent(
		'step.skipped',
		'A step was not done, as one it waits for failed or it was cut.',
		step,
	),
	defineEvent('pull.progress', 'An image is being downloaded; at most once a second. Not kept.', {
		...ofApp,
		image: z.string().describe('Image reference'),
		percent: z.number().int().min(0).max(100),
	}),
] as const;

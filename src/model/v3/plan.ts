import { z } from 'zod';

export const PlanStep = z
	.object({
		id: z.string().describe('Unique in the plan'),
		kind: z.string().describe('What it does: `pullImage`, `createContainer` …'),
		resource: z.string().describe('What it changes'),
		cause: z.string().describe('Why'),
		after: z.array(z.string()).describe('Ids of the steps that must be done before it'),
		appUuid: z.string().optional().describe('Absent: it serves the device as a whole'),
		serviceName: z.string().optional(),
		image: z.string().optional().describe('Image reference, of a `pullImage`'),
	})
	.describe('One change of the world, with its cause');

export const PlanWait = z
	.object({
		appUuid: z.string(),
		serviceName: z.string(),
		code: z.string().describe('For programs'),
		reason: z.string().describe('What it waits for, for people'),
	})
	.describe('A service that cannot get further until something changes that no step brings about');

export const ServiceChange = z
	.object({
		appUuid: z.string(),
		serviceName: z.string(),
		change: z.enum(['create', 'replace', 'restart', 'start', 'stop', 'remove', 'adjust']),
		isInterrupted: z.boolean().describe('True: for a while nothing of it runs that runs now'),
		strategy: z
			.enum(['download-then-kill', 'kill-then-download', 'delete-then-download', 'hand-over'])
			.optional()
			.describe('How it gets from one container to the next, as its labels ask for'),
	})
	.describe('What a plan does to a service');

export const Download = z
	.object({
		image: z.string(),
		sizeBytes: z
			.number()
			.optional()
			.describe(
				'As the registry packs it, at most: layers that are here already are not fetched. Absent: not known',
			),
		services: z.array(z.string()).describe('Names of the services that wait for it'),
	})
	.describe('An image that would be downloaded');

/** `POST /v3/plan`. */
export const DryRun = z
	.object({
		isEmpty: z.boolean().describe('True: nothing would be done'),
		text: z.array(z.string()).describe('The plan for people, a line a step'),
		steps: z.array(PlanStep),
		waits: z.array(PlanWait),
		services: z.array(ServiceChange).describe('Services that would change'),
		downloads: z.array(Download),
		downloadBytes: z
			.number()
			.optional()
			.describe('Sum of the downloads, at most; absent where the size of one is not known'),
		rejected: z
			.array(z.object({ appUuid: z.string(), reasons: z.array(z.string()) }))
			.describe('Apps of the target that cannot be used; what runs of them would stay'),
		ignored: z
			.array(z.object({ appUuid: z.string(), field: z.string() }))
			.describe('Fields of the compositions that would have no effect, each with the reason'),
	})
	.describe('What would be done to reach a target state, and why');
export type DryRun = z.infer<typeof DryRun>;

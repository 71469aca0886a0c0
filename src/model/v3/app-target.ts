import { z } from 'zod';

/** The target of one app, in the form the cloud writes it. What is in it is checked when it is put in force. */
export const AppTarget = z
	.looseObject({
		id: z.unknown().describe('Number of the app'),
		name: z.unknown().describe('Name of the app'),
		releases: z.unknown().describe('By commit: at most one release with its services'),
	})
	.describe('The target of one app, as a target state has it under the app’s uuid');

/** What sets it: a target, or where a bundle is that has one. */
export const NewAppTarget = AppTarget.partial().extend({
	bundle: z
		.string()
		.startsWith('/')
		.optional()
		.describe(
			'In place of all else: path of a bundle on the device, which brings the target and its images',
		),
});

export const TargetAccepted = z
	.object({
		appUuid: z.string(),
		holds: z
			.enum(['untilReplaced', 'untilNextPoll'])
			.describe('untilNextPoll: the device has a cloud, whose target takes the place of this one'),
	})
	.describe('The target is stored; the device goes about it');
export type TargetAccepted = z.infer<typeof TargetAccepted>;

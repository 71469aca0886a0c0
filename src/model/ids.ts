import { z } from 'zod';

/** An integer at or above zero, or its decimal text, as the wire has it (contract 4.1 NatId). */
const natural = z
	.union([z.number(), z.string().regex(/^\d+(\.0*)?$/, 'must be an integer')], {
		error: 'must be an integer',
	})
	.transform(Number)
	.pipe(
		z
			.number()
			.int('must be an integer')
			.min(0, 'must not be negative')
			.max(Number.MAX_SAFE_INTEGER, 'is too large'),
	);

export const AppId = natural.brand<'AppId'>();
/** Number of an app (a fleet, in the cloud's words). */
export type AppId = z.infer<typeof AppId>;

export const ServiceId = natural.brand<'ServiceId'>();
export type ServiceId = z.infer<typeof ServiceId>;

export const ImageId = natural.brand<'ImageId'>();
/** The cloud's number of an image; not the engine's image id. */
export type ImageId = z.infer<typeof ImageId>;

export const ReleaseId = natural.brand<'ReleaseId'>();
export type ReleaseId = z.infer<typeof ReleaseId>;

const shortText = z
	.string({ error: 'must be a string' })
	.min(1, 'must not be empty')
	.max(255, 'must not be longer than 255 characters');

export const AppUuid = shortText.brand<'AppUuid'>();
export type AppUuid = z.infer<typeof AppUuid>;

export const Commit = shortText.brand<'Commit'>();
/** The release's name on the wire (32 hex digits, as a rule). */
export type Commit = z.infer<typeof Commit>;

export const ServiceName = shortText
	.regex(
		/^[A-Za-z0-9][A-Za-z0-9_.-]*$/,
		'must start with a letter or digit, then letters, digits, _ . or -',
	)
	.brand<'ServiceName'>();
export type ServiceName = z.infer<typeof ServiceName>;

/** Identifies a service across apps, for maps and logs. */
export function serviceKeyOf(appUuid: AppUuid, serviceName: string): string {
	return `${appUuid}/${serviceName}`;
}

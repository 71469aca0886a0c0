import { z } from 'zod';
import {
	environmentName,
	environmentNameRule,
	labelName,
	labelNameRule,
} from '../composition/names.ts';
import { AppId, Commit, ImageId, ReleaseId, ServiceId, ServiceName } from '../ids.ts';

const shortText = z
	.string({ error: 'must be a string' })
	.min(1, 'must not be empty')
	.max(255, 'must not be longer than 255 characters');

const stringValue = z.string({ error: 'must be a string' });
const freeMap = z.record(z.string(), z.unknown(), { error: 'must be a map' });

/** Keys of volumes and networks: as service names. */
const ResourceName = ServiceName.transform(String);

export const ServiceDocument = z.object(
	{
		id: ServiceId,
		image_id: ImageId,
		image: shortText,
		environment: z.record(z.string().regex(environmentName, environmentNameRule), stringValue, {
			error: 'must be a map',
		}),
		labels: z.record(z.string().regex(labelName, labelNameRule), stringValue, {
			error: 'must be a map',
		}),
		running: z.boolean({ error: 'must be true or false' }).default(true),
		contract: freeMap.optional(),
		composition: freeMap.optional(),
	},
	{ error: 'must be a map' },
);
/** A service of a v3 target document (contract 4.1). */
export type ServiceDocument = z.infer<typeof ServiceDocument>;

export const ReleaseDocument = z.object(
	{
		id: ReleaseId,
		services: z.record(ServiceName, ServiceDocument, { error: 'must be a map' }).default({}),
		volumes: z.record(ResourceName, z.unknown(), { error: 'must be a map' }).default({}),
		networks: z.record(ResourceName, z.unknown(), { error: 'must be a map' }).default({}),
	},
	{ error: 'must be a map' },
);
/** A release of a v3 target document; bodies of volumes and networks are not looked at yet. */
export type ReleaseDocument = z.infer<typeof ReleaseDocument>;

export const AppDocument = z.object(
	{
		id: AppId,
		name: shortText,
		class: z
			.enum(['fleet', 'app', 'block'], { error: 'must be fleet, app or block' })
			.default('fleet'),
		is_host: z.boolean({ error: 'must be true or false' }).default(false),
		releases: z.record(Commit, z.unknown(), { error: 'must be a map' }).default({}),
	},
	{ error: 'must be a map' },
);
/** An app of a v3 target document; only the first of its releases counts, so they are decoded apart. */
export type AppDocument = z.infer<typeof AppDocument>;

import { z } from 'zod';

const id = z.number().int();

export const FleetRow = z.object({
	id,
	uuid: z.string(),
	name: z.string(),
	device_type: z.string(),
	provisioning_key: z.string(),
	target_release_id: id.nullable(),
});
export type FleetRow = z.infer<typeof FleetRow>;

/** What a device last said about itself; metrics and versions, without its apps. */
export const Report = z.record(
	z.string(),
	z.union([z.string(), z.number(), z.boolean(), z.null()]),
);
export type Report = z.infer<typeof Report>;

/** Text columns hold JSON that this store wrote. */
const jsonOf = <T extends z.ZodType>(schema: T) =>
	z
		.string()
		.transform((text): unknown => JSON.parse(text))
		.pipe(schema);

const sqliteBoolean = z.union([z.boolean(), z.number()]).transform(Boolean);

export const DeviceRow = z.object({
	id,
	uuid: z.string(),
	fleet_id: id,
	name: z.string(),
	device_type: z.string(),
	api_key: z.string(),
	pinned_release_id: id.nullable(),
	running_release_id: id.nullable(),
	frozen: sqliteBoolean,
	deleted: sqliteBoolean,
	created_at: z.string(),
	last_seen_at: z.string().nullable(),
	last_address: z.string().nullable(),
	report: jsonOf(Report),
});
export type DeviceRow = z.infer<typeof DeviceRow>;

/** A composition as the developer wrote it; only its top level is known here. */
export const Composition = z.looseObject({
	services: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
	networks: z.record(z.string(), z.unknown()).optional(),
	volumes: z.record(z.string(), z.unknown()).optional(),
});
export type Composition = z.infer<typeof Composition>;

export const ReleaseRow = z.object({
	id,
	fleet_id: id,
	commit: z.string(),
	composition: jsonOf(Composition),
	status: z.string(),
	created_at: z.string(),
});
export type ReleaseRow = z.infer<typeof ReleaseRow>;

export const ImageRow = z.object({
	id,
	service_id: id,
	service_name: z.string(),
	location: z.string(),
	content_hash: z.string().nullable(),
});
export type ImageRow = z.infer<typeof ImageRow>;

export const VariableRow = z.object({
	id,
	fleet_id: id.nullable(),
	device_id: id.nullable(),
	service_id: id.nullable(),
	name: z.string(),
	value: z.string(),
});
export type VariableRow = z.infer<typeof VariableRow>;

export const InstallRow = z.object({
	image_id: id,
	release_id: id,
	service_name: z.string(),
	location: z.string(),
	content_hash: z.string().nullable(),
	commit: z.string(),
	status: z.string(),
	download_progress: id.nullable(),
});
export type InstallRow = z.infer<typeof InstallRow>;

export const TagRow = z.object({ id, device_id: id, tag_key: z.string(), value: z.string() });
export type TagRow = z.infer<typeof TagRow>;

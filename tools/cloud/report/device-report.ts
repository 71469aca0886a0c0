import { z } from 'zod';

const text = z.string();
const textOrNull = z.string().nullable();
/** Fractions are refused: the cloud keeps whole numbers only. */
const wholeOrNull = z.number().int().nullable();

const ServiceReport = z.object({
	image: z.string(),
	status: z.string(),
	download_progress: wholeOrNull.optional(),
});

const ReleaseReport = z.object({
	update_status: z
		.enum(['rejected', 'aborted', 'downloading', 'downloaded', 'applying changes', 'done'])
		.optional(),
	services: z.record(z.string(), ServiceReport).default({}),
});

const AppReport = z.object({
	release_uuid: textOrNull.optional(),
	releases: z.record(z.string(), ReleaseReport).default({}),
});
export type AppReport = z.infer<typeof AppReport>;

/** One device's part of a state report. Fields it does not know are dropped. */
export const DeviceReport = z
	.object({
		name: text,
		status: text,
		os_version: textOrNull,
		os_variant: textOrNull,
		supervisor_version: text,
		provisioning_progress: wholeOrNull,
		provisioning_state: textOrNull,
		ip_address: text,
		mac_address: text,
		api_port: z.number().int(),
		api_secret: textOrNull,
		logs_channel: textOrNull,
		memory_usage: wholeOrNull,
		memory_total: wholeOrNull,
		storage_block_device: textOrNull,
		storage_usage: wholeOrNull,
		storage_total: wholeOrNull,
		cpu_temp: wholeOrNull,
		cpu_usage: wholeOrNull,
		cpu_id: textOrNull,
		is_undervolted: z.boolean(),
		apps: z.record(z.string(), AppReport),
	})
	.partial();
export type DeviceReport = z.infer<typeof DeviceReport>;

export const StateReport = z.record(z.string(), DeviceReport);

/** Words for a service that the cloud keeps; others are taken in and forgotten. */
export const serviceStatuses: ReadonlySet<string> = new Set([
	'Downloading',
	'Downloaded',
	'Installing',
	'Installed',
	'Starting',
	'Running',
	'Idle',
	'Handing over',
	'Awaiting handover',
	'Stopping',
	'Stopped',
	'exited',
	'Deleting',
	'deleted',
	'Dead',
	'paused',
	'restarting',
	'removing',
	'configuring',
	'Aborted',
	'Unknown',
]);

import { z } from 'zod';

/** `GET /v1/device`, as far as the status table shows it. */
export const DeviceAnswer = z.looseObject({
	status: z.string().nullish(),
	ip_address: z.string().nullish(),
	os_version: z.string().nullish(),
	supervisor_version: z.string().nullish(),
	commit: z.string().nullish(),
	update_pending: z.boolean().nullish(),
	update_downloaded: z.boolean().nullish(),
	update_failed: z.boolean().nullish(),
	download_progress: z.number().nullish(),
});
export type DeviceAnswer = z.infer<typeof DeviceAnswer>;

const ServiceAnswer = z.looseObject({
	status: z.string(),
	releaseId: z.number().nullish(),
	image: z.string().nullish(),
	downloadProgress: z.number().nullish(),
});

const AppAnswer = z.looseObject({
	appId: z.number().nullish(),
	appUuid: z.string().nullish(),
	commit: z.string().nullish(),
	updateStatus: z.string().nullish(),
	services: z.record(z.string(), ServiceAnswer).default({}),
});

/** `GET /v2/applications/state`: apps by name. */
export const ApplicationsAnswer = z.record(z.string(), AppAnswer);
export type ApplicationsAnswer = z.infer<typeof ApplicationsAnswer>;

/** `GET /v2/state/status`, as far as the status table shows it. */
export const StateAnswer = z.looseObject({
	appState: z.string().nullish(),
	overallDownloadProgress: z.number().nullish(),
});
export type StateAnswer = z.infer<typeof StateAnswer>;

/** `GET /v2/device/name`. */
export const NameAnswer = z.looseObject({ deviceName: z.string().nullish() });

import { z } from 'zod';

const mebibytes = z.number().int().optional();

/** The load of the device as a whole; members that cannot be read are absent. */
export const DeviceLoad = z
	.object({
		cpuPercent: z.number().optional().describe('Of all cores'),
		memoryUsedMib: mebibytes,
		memoryTotalMib: mebibytes,
		storageUsedMib: mebibytes.describe('Of the file system that holds images and volumes'),
		storageTotalMib: mebibytes,
		temperatureC: z.number().optional().describe('Of the processor, degrees Celsius'),
		isUndervolted: z.boolean().optional(),
	})
	.describe('Load of the device, at most ten seconds old');

export const CloudConnection = z
	.object({
		endpoint: z.string().describe('Where the cloud is'),
		state: z
			.enum(['connecting', 'connected', 'failing', 'refused'])
			.describe(
				'How the last poll went; refused: the cloud does not know this device, or takes no key of it',
			),
		secondsSinceContact: z
			.number()
			.int()
			.min(0)
			.optional()
			.describe('Since the last poll that succeeded; absent before the first'),
		failures: z.number().int().min(0).describe('Polls that failed, in a row'),
		lastError: z.string().optional(),
	})
	.describe('How the device gets on with its cloud');

/** `GET /v3/device`. */
export const DeviceStatus = z
	.object({
		uuid: z.string(),
		name: z.string().describe('As the target state has it; empty before there is one'),
		type: z.string().describe('Slug of the device type'),
		arch: z.string(),
		osVersion: z.string().optional(),
		supervisorVersion: z.string(),
		ipAddresses: z.array(z.string()),
		macAddresses: z.array(z.string()),
		isManaged: z.boolean().describe('False: the device has no cloud'),
		isLocalMode: z.boolean().describe('True: a developer sets the target state'),
		cloud: CloudConnection.optional().describe('Absent on a device without a cloud'),
		load: DeviceLoad,
	})
	.describe('The device as a whole');
export type DeviceStatus = z.infer<typeof DeviceStatus>;

import { z } from 'zod';
import { ChangeCode, StateCode } from '../explanation.ts';
import { DeviceStatus } from './device.ts';
import { HeldLock } from './problem.ts';

const stamp = z.iso.datetime();

export const Explanation = z
	.object({
		code: StateCode.describe('For programs'),
		text: z.string().describe('For people'),
		since: stamp.describe('When it began to be so'),
	})
	.describe('Why a service is as it is');

export const LastChange = z
	.object({
		code: ChangeCode.describe('For programs'),
		text: z.string().describe('What was done and why, for people'),
		since: stamp.describe('When it was done'),
	})
	.describe('Why the supervisor last changed a service');

export const ServiceStatus = z
	.object({
		serviceName: z.string(),
		serviceId: z.number().int(),
		image: z.string().describe('Image reference, as in the target'),
		imageId: z.number().int().describe('The cloud’s number of the image'),
		commit: z.string().describe('Release that this container is of'),
		isTarget: z.boolean().describe('False: the target does not have it; it runs still, or goes'),
		status: z.string().describe('A word: `Running`, `Downloading`, `exited` …'),
		containerId: z.string().optional().describe('Absent while there is no container'),
		health: z
			.enum(['starting', 'healthy', 'unhealthy'])
			.optional()
			.describe('What its own health check says; absent without one'),
		exitCode: z.number().int().optional(),
		startedAt: stamp.optional().describe('Absent while it does not run'),
		uptimeSeconds: z.number().int().min(0).optional().describe('Absent while it does not run'),
		restarts: z.number().int().optional().describe('By the engine, after it ended by itself'),
		memoryBytes: z.number().optional().describe('Absent while it does not run'),
		cpuPercent: z.number().optional().describe('Of one core; absent until there are two readings'),
		downloadPercent: z.number().optional().describe('While its image is being downloaded'),
		explanation: Explanation.optional().describe('Absent where nothing is known yet'),
		lastChange: LastChange.optional().describe('Absent until the supervisor changes it'),
	})
	.describe('One service, and what is seen of it now');
export type ServiceStatus = z.infer<typeof ServiceStatus>;

export const AppPhase = z
	.enum(['applying', 'settled', 'backoff', 'locked', 'waiting', 'rejected'])
	.describe('How the last look at the app ended, or what is being done');

export const AppStatus = z
	.object({
		appUuid: z.string(),
		appId: z.number().int().optional().describe('Absent where the target does not tell it'),
		name: z.string(),
		phase: AppPhase,
		reason: z.string().describe('Why it is so, for people; empty when settled'),
		since: stamp.optional().describe('When the phase began'),
		targetCommit: z.string().optional().describe('Release that is wanted'),
		currentCommit: z.string().optional().describe('Release that was last applied whole'),
		failures: z.number().int().min(0).describe('Attempts that failed, in a row'),
		lastError: z.string().optional().describe('Of the last failure, until the app settles'),
		nextAttemptAt: stamp.optional().describe('When the next attempt comes'),
		lock: HeldLock.optional().describe('Who holds the app back, when the phase is locked'),
		downloadPercent: z.number().optional().describe('Mean of the downloads under way'),
		ignored: z.array(z.string()).describe('What of the release has no effect, and why'),
		services: z.array(ServiceStatus),
	})
	.describe('One app');
export type AppStatus = z.infer<typeof AppStatus>;

export const LoopState = z
	.enum(['starting', 'settled', 'applying', 'held', 'failing'])
	.describe(
		'starting: no look at the engine yet. settled: all is as wanted. applying: work is under way. held: something waits for a lock, a reboot or another service. failing: an attempt failed and the next one comes, or an app cannot be used',
	);

/** `GET /v3/status`. */
export const Status = z
	.object({
		revision: z.number().int().describe('Grows with every change, until the supervisor restarts'),
		at: stamp.describe('The device’s clock'),
		device: DeviceStatus,
		loop: z.object({
			state: LoopState,
			reason: z.string().describe('For people; empty when settled'),
		}),
		apps: z.array(AppStatus).describe('Those that the caller’s key reaches'),
	})
	.describe('The device, its apps and their services');
export type Status = z.infer<typeof Status>;

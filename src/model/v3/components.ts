import type { z } from 'zod';
import { CloudConnection, DeviceLoad, DeviceStatus } from './device.ts';
import { LogLine } from './log-line.ts';
import { HeldLock, Problem } from './problem.ts';
import { AppStatus, Explanation, LastChange, ServiceStatus, Status } from './status.ts';

/** Every schema that has a name in the OpenAPI document; the others are written where they are used. */
export const components: Readonly<Record<string, z.ZodType>> = {
	...{ HeldLock, Problem },
	...{ CloudConnection, DeviceLoad, DeviceStatus },
	...{ AppStatus, Explanation, LastChange, ServiceStatus, Status },
	...{ LogLine },
};

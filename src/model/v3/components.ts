import type { z } from 'zod';
import { AppTarget, TargetAccepted } from './app-target.ts';
import { DeviceEvent } from '../event.ts';
import { HistoryEntry } from '../history.ts';
import { CloudConnection, DeviceLoad, DeviceStatus } from './device.ts';
import { History } from './history.ts';
import { LogLine } from './log-line.ts';
import { Download, DryRun, PlanStep, PlanWait, ServiceChange } from './plan.ts';
import { HeldLock, Problem } from './problem.ts';
import { AppStatus, Explanation, LastChange, ServiceStatus, Status } from './status.ts';

/** Every schema that has a name in the OpenAPI document; the others are written where they are used. */
export const components = {
	...{ HeldLock, Problem },
	...{ CloudConnection, DeviceLoad, DeviceStatus },
	...{ AppStatus, Explanation, LastChange, ServiceStatus, Status },
	...{ LogLine },
	...{ DeviceEvent, History, HistoryEntry },
	...{ AppTarget, TargetAccepted },
	...{ Download, DryRun, PlanStep, PlanWait, ServiceChange },
} satisfies Readonly<Record<string, z.ZodType>>;

export type ComponentName = keyof typeof components;

/** What is told in the form of this schema. */
export type Told<N extends ComponentName> = z.input<(typeof components)[N]>;

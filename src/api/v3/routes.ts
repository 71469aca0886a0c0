import type { ApiDeps } from '../deps.ts';
import { aboutRoutes } from './about.ts';
import { actionRoutes } from './actions.ts';
import { appTargetRoutes } from './app-targets.ts';
import { deviceRoutes } from './device.ts';
import { eventRoutes } from './events.ts';
import { historyRoutes } from './history.ts';
import { logRoutes } from './logs.ts';
import { planRoutes } from './plan.ts';
import type { V3Route } from './route.ts';

/** Every endpoint of v3: what express mounts and what the OpenAPI document describes. */
export function v3Routes(deps: ApiDeps): V3Route[] {
	return [
		...deviceRoutes(deps),
		...appTargetRoutes(deps),
		...actionRoutes(deps),
		...planRoutes(deps),
		...logRoutes(deps),
		...eventRoutes(deps),
		...historyRoutes(deps),
		...aboutRoutes(deps, () => v3Routes(deps)),
	];
}

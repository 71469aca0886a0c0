import type { ApiDeps } from '../deps.ts';
import { aboutRoutes } from './about.ts';
import type { V3Route } from './route.ts';

/** Every endpoint of v3: what express mounts and what the OpenAPI document describes. */
export function v3Routes(deps: ApiDeps): V3Route[] {
	const routes: V3Route[] = [];
	return [...routes, ...aboutRoutes(deps, () => v3Routes(deps))];
}

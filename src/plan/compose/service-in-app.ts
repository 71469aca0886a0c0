import type { TargetApp, TargetRelease, TargetService } from '../../model/target.ts';
import type { DeviceContext } from '../context.ts';

/** A service with all that decides what its container looks like. */
export interface ServiceInApp {
	readonly service: TargetService;
	readonly app: TargetApp;
	readonly release: TargetRelease;
	readonly context: DeviceContext;
}

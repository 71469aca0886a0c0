import type { NewEvent } from '../model/event.ts';
import type { TargetOrigin } from '../model/event-target.ts';
import type { TargetState } from '../model/target.ts';
import { shortened } from './events-steps.ts';

/** @returns that a target is in force, and which of its apps cannot be used */
export function eventsOfTarget(
	{ apps, rejected }: TargetState,
	origin: TargetOrigin,
): readonly NewEvent[] {
	return [
		{
			type: 'target.accepted',
			origin,
			apps: apps.map(({ appUuid, appId, name, release }) => ({
				appUuid,
				appId,
				name,
				commit: release?.commit,
			})),
		},
		...rejected.map(({ appUuid, appId, reasons }): NewEvent => ({
			type: 'app.rejected',
			appUuid,
			appId,
			reasons: reasons.map(shortened),
		})),
	];
}

/** @returns that a target was refused as a whole */
export function rejectionEvent(reason: string, origin: TargetOrigin): NewEvent {
	return { type: 'target.rejected', origin, reasons: [shortened(reason)] };
}

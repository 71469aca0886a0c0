import type { DeviceSnapshot } from '../../model/snapshot.ts';
import type { DeviceStatus } from '../../model/v3/device.ts';
import { reportV3Status } from '../../report/v3-status.ts';
import { createTextByView } from '../text-by-view.ts';
import type { VitalSigns } from '../vitals.ts';

export interface StatusInput {
	readonly snapshot: DeviceSnapshot;
	readonly device: DeviceStatus;
	readonly vitals: ReadonlyMap<string, VitalSigns>;
	readonly now: Date;
	readonly isVisible: (appId: number) => boolean;
}

/**
 * Writes the status as JSON, once for all who ask within a second while nothing changes.
 * @returns a function; its texts are kept until the next call that finds something new
 */
export function createStatusWriter(): (input: StatusInput) => string {
	const textOf = createTextByView();
	return (input) => {
		const { snapshot, vitals, now, isVisible } = input;
		const second = Math.floor(now.getTime() / 1000);
		const view = { snapshot, beside: [vitals, second], isVisible };
		return textOf(view, () => JSON.stringify(reportV3Status(snapshot, input)));
	};
}

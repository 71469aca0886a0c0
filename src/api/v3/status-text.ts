import { labelNames } from '../../model/labels.ts';
import type { DeviceSnapshot } from '../../model/snapshot.ts';
import type { DeviceStatus } from '../../model/v3/device.ts';
import { reportV3Status } from '../../report/v3-status.ts';
import type { VitalSigns } from '../vitals.ts';

export interface StatusInput {
	readonly snapshot: DeviceSnapshot;
	readonly device: DeviceStatus;
	readonly vitals: ReadonlyMap<string, VitalSigns>;
	readonly now: Date;
	readonly isVisible: (appId: number) => boolean;
}

interface Written {
	readonly snapshot: DeviceSnapshot;
	readonly vitals: ReadonlyMap<string, VitalSigns>;
	readonly second: number;
	/** Of all apps that something is told of. */
	readonly appIds: readonly number[];
	/** By what the caller sees. */
	readonly texts: Map<string, string>;
}

/**
 * Writes the status as JSON, once for all who ask within a second while nothing changes.
 * @returns a function; its texts are kept until the next call that finds something new
 */
export function createStatusWriter(): (input: StatusInput) => string {
	let last: Written | undefined;
	return (input) => {
		const { snapshot, vitals, now } = input;
		const second = Math.floor(now.getTime() / 1000);
		if (last?.snapshot !== snapshot || last.vitals !== vitals || last.second !== second) {
			last = { snapshot, vitals, second, appIds: appIdsOf(snapshot), texts: new Map() };
		}
		const { appIds, texts } = last;
		const view = [-1, ...appIds].filter(input.isVisible).join(' ');
		const known = texts.get(view);
		if (known !== undefined) return known;
		const text = JSON.stringify(reportV3Status(snapshot, input));
		texts.set(view, text);
		return text;
	};
}

function appIdsOf({ target, observed }: DeviceSnapshot): number[] {
	const { apps = [], rejected = [] } = target ?? {};
	const wanted = [...apps, ...rejected].map(({ appId }) => appId ?? 0);
	const there = (observed?.containers ?? []).map(({ labels }) =>
		Number(labels[labelNames.appId] ?? 0),
	);
	return [...new Set([...wanted, ...there])];
}

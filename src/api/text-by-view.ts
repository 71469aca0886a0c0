import { labelNames } from '../model/labels.ts';
import type { DeviceSnapshot } from '../model/snapshot.ts';
import { noApp } from './auth.ts';

/** What an answer is written from. */
export interface View {
	readonly snapshot: DeviceSnapshot;
	/** Whatever else the text depends on; compared member by member, by identity. */
	readonly beside?: readonly unknown[];
	/** The apps that the caller sees: the text may depend on it, and on nothing else of the caller. */
	readonly isVisible: (appId: number) => boolean;
}

interface Written {
	readonly snapshot: DeviceSnapshot;
	readonly beside: readonly unknown[];
	/** Of all apps that something is told of. */
	readonly appIds: readonly number[];
	/** By what the caller sees. */
	readonly texts: Map<string, string>;
}

const nothing: readonly unknown[] = [];

/**
 * Keeps the text of an answer for all who see the same apps while nothing changes.
 * @returns a function that writes only what is not kept; texts are kept until the first call that finds something new
 */
export function createTextByView(): (view: View, write: () => string) => string {
	let last: Written | undefined;
	return ({ snapshot, beside = nothing, isVisible }, write) => {
		if (last?.snapshot !== snapshot || !isSame(last.beside, beside)) {
			last = { snapshot, beside, appIds: appIdsOf(snapshot), texts: new Map() };
		}
		const { appIds, texts } = last;
		const seen = appIds.filter(isVisible).join(' ');
		const known = texts.get(seen);
		if (known !== undefined) return known;
		const text = write();
		texts.set(seen, text);
		return text;
	};
}

function isSame(before: readonly unknown[], now: readonly unknown[]): boolean {
	return before.length === now.length && before.every((one, index) => one === now[index]);
}

function appIdsOf({ target, observed }: DeviceSnapshot): number[] {
	const { apps = [], rejected = [] } = target ?? {};
	const wanted = [...apps, ...rejected].map(({ appId }) => appId ?? 0);
	const there = (observed?.containers ?? []).map(({ labels }) =>
		Number(labels[labelNames.appId] ?? 0),
	);
	return [...new Set([noApp, ...wanted, ...there])];
}

import isEqual from 'lodash/isEqual.js';
import { decodeBootVariables } from '../../config/decode-settings.ts';
import type { BootValues, ObservedBootConfig, ObservedBootFile } from '../../model/boot-config.ts';
import type { TargetState } from '../../model/target.ts';
import { backendRules } from './all-rules.ts';
import type { BackendRules } from './backend-rules.ts';

/** How a backend should be. */
export interface BootAim {
	readonly file: ObservedBootFile;
	readonly rules: BackendRules;
	/** By variable: its items, none for a value that is to be absent. What no target ever named is not here. */
	readonly wanted: BootValues;
	readonly notices: readonly string[];
}

export interface BootAimInput {
	readonly config: TargetState['config'];
	readonly observed: Pick<ObservedBootConfig, 'deviceType'>;
	/** Names without prefix of variables that a target named before: their values go when none names them any more. */
	readonly managed: readonly string[];
}

export function aimOf(
	file: ObservedBootFile,
	{ config, managed, observed }: BootAimInput,
): BootAim {
	const rules = backendRules[file.backend];
	const { values, faulty } = decodeBootVariables(config);
	const names = [...new Set([...managed, ...Object.keys(values)])]
		.filter((name) => rules.isOwn(name) && !faulty.includes(name))
		.sort();
	const wanted: Record<string, readonly string[]> = {};
	const notices: string[] = [];
	for (const name of names) {
		const given = values[name];
		const wish = given === undefined ? { items: [] } : rules.wish(rules.keyOf(name), given);
		const isGone = 'items' in wish && wish.items.length === 0;
		if ('refused' in wish)
			notices.push(...refusal(name, wish.refused, isEqual(given, file.values[name])));
		else if (isGone && !isForgettable(name, rules)) continue;
		else wanted[name] = wish.items;
	}
	const required = rules.required?.(observed.deviceType, wanted, file.values) ?? {};
	return { file, rules, wanted: { ...wanted, ...required }, notices };
}

/** A value that cannot be changed is none to speak of when it is so already. */
function refusal(name: string, reason: string, isSo: boolean): string[] {
	return isSo ? [] : [`${name} ${reason}; it is left as it is`];
}

/** What could not be set cannot be taken away either: `kernel`. */
function isForgettable(name: string, { isRemovable, wish, keyOf }: BackendRules): boolean {
	return isRemovable && 'items' in wish(keyOf(name), ['']);
}

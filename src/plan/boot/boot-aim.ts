import isEqual from 'lodash/isEqual.js';
import { digestOf } from '../../kit/digest.ts';
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
		const wish = wishOf(name, values[name], { file, rules });
		if ('items' in wish) wanted[name] = wish.items;
		else notices.push(...wish.notices);
	}
	const required = rules.required?.(observed.deviceType, wanted, file.values) ?? {};
	return { file, rules, wanted: { ...wanted, ...required }, notices };
}

/** The items that the backend should have, or what there is to say of it where it is left as it is. */
function wishOf(
	name: string,
	given: readonly string[] | undefined,
	{ file, rules }: Pick<BootAim, 'file' | 'rules'>,
): { readonly items: readonly string[] } | { readonly notices: readonly string[] } {
	const wish = given === undefined ? { items: [] } : rules.wish(rules.keyOf(name), given);
	if ('refused' in wish) {
		const isSo = isEqual(given, file.values[name]);
		return { notices: isSo ? [] : [`${name} ${wish.refused}; it is left as it is`] };
	}
	const isDefault = digestOf(wish.items) === file.defaultDigests?.[name];
	const items = isDefault ? [] : wish.items;
	return items.length === 0 && !isForgettable(name, rules) ? { notices: [] } : { items };
}

/** What could not be set cannot be taken away either: `kernel`. */
function isForgettable(name: string, { isRemovable, wish, keyOf }: BackendRules): boolean {
	return isRemovable && 'items' in wish(keyOf(name), ['']);
}

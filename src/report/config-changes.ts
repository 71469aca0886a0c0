import isEqual from 'lodash/isEqual.js';
import { settingDocs, settingKeys, type Settings } from '../config/settings.ts';

/** Names of variables by the settings they give. */
const names = new Map(
	Object.entries(settingKeys).map(([key, schema]) => [key, settingDocs.get(schema)?.name]),
);

/**
 * What to say when other device configuration variables come into force: that it begins, and that it is done (contract
 * 2.4). Nothing of those of the boot configuration, which have words of their own.
 */
export function configChangeMessages(before: Settings, after: Settings): string[] {
	const former = new Map<string, unknown>(Object.entries(before));
	const changed = Object.entries(after).flatMap(([key, value]: [string, unknown]) => {
		const name = names.get(key);
		return name === undefined || isEqual(former.get(key), value) ? [] : [[name, String(value)]];
	});
	if (changed.length === 0) return [];
	const text = JSON.stringify(Object.fromEntries(changed));
	return [`Applying configuration change ${text}`, `Applied configuration change ${text}`];
}

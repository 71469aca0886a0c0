import type { BootValues } from '../model/boot-config.ts';
import { spelling } from '../config/decode-settings.ts';
import { settingDocs, settingKeys, Settings } from '../config/settings.ts';

/** Whatever the device did before, a cloud gets it out of local mode and with its VPN. */
const forced: Readonly<Record<string, string>> = {
	SUPERVISOR_LOCAL_MODE: 'false',
	SUPERVISOR_VPN_CONTROL: 'true',
};

/**
 * The configuration variables that a device brings along, as from its preload, its config.json or the files that it
 * boots from (contract 2.1).
 * @param bootValues - what it boots with now; what its settings say of that counts for more, as it will be so
 * @returns by name without prefix; what is as it is by default is left out
 */
export function initialVariablesOf(
	current: Settings,
	bootValues: BootValues = {},
): Readonly<Record<string, string>> {
	const defaults = new Map<string, unknown>(Object.entries(Settings.parse({})));
	const values = new Map<string, unknown>(Object.entries(current));
	const changed = Object.entries(settingKeys).flatMap(([key, schema]): [string, string][] => {
		const { name = key } = settingDocs.get(schema) ?? {};
		const value = values.get(key);
		return value === defaults.get(key) ? [] : [[name, forced[name] ?? String(value)]];
	});
	const boot = Object.entries({ ...bootValues, ...current.boot }).map(
		([name, items]) => [name, listText(items)] as const,
	);
	return Object.fromEntries([...changed, ...boot]);
}

/** One item stands for itself; several, or one that looks like a list, are the inside of a JSON list. */
function listText(items: readonly string[]): string {
	const [only = ''] = items;
	const isPlain = items.length === 1 && !only.startsWith('"');
	return isPlain ? only : JSON.stringify(items).slice(1, -1);
}

/** True when the cloud has a variable of this name already, with any prefix or under another of its names. */
export function isVariableIn(config: Readonly<Record<string, unknown>>, name: string): boolean {
	const aliases = Object.values(settingKeys)
		.map((schema) => settingDocs.get(schema))
		.find((doc) => doc?.name === name)?.aliases;
	const given = new Set(Object.keys(config).map(spelling));
	return [name, ...(aliases ?? [])].some((one) =>
		['BALENA_', 'RESIN_', ''].some((prefix) => given.has(prefix + one)),
	);
}

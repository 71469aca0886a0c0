import { z } from 'zod';
import type { ConfigJson } from './config-json.ts';
import { bootSettings, settingDocs, settingKeys, Settings } from './settings.ts';
import { shown } from './values.ts';

export interface DecodedSettings {
	readonly settings: Settings;
	/** One sentence per value that was not understood; its default is in force. */
	readonly problems: readonly string[];
}

type Config = Readonly<Record<string, string>>;

/** The first one wins. */
const prefixes = ['BALENA_', 'RESIN_', ''];

/**
 * The settings that a target's device configuration variables give.
 * @param config - variables as received, with or without prefixes; unknown names are passed over
 * @param configJson - gives the poll interval when no variable does, and tells whether there is a cloud; without one,
 *   `persistentLogging` too
 */
export function decodeSettings(config: Config, configJson: ConfigJson): DecodedSettings {
	const given = givenValues(config);
	const fallbacks = {
		pollIntervalMs: Math.max(1000, configJson.appUpdatePollInterval),
		localMode: configJson.apiEndpoint === '',
		persistentLogging: configJson.apiEndpoint === '' && configJson.persistentLogging,
	};
	const parsed = Settings.safeParse({ ...fallbacks, ...valuesOf(given) });
	const faults = parsed.success ? [] : parsed.error.issues;
	const faulty = new Set(faults.map(({ path }) => String(path[0])));
	const sound = given.filter(({ key }) => !faulty.has(key));
	const boot = decodeBootVariables(config);
	const settings = Settings.parse({ ...fallbacks, ...valuesOf(sound) });
	return {
		settings: { ...settings, boot: boot.values },
		problems: [
			...given.flatMap(({ key, name, value }) =>
				faults
					.filter(({ path }) => path[0] === key)
					.map(
						({ message }) => `${name} ${message}, got ${shown(name, value)}; the default is used`,
					),
			),
			...boot.problems,
			...deltaProblems(settings),
		],
	};
}

/** The second form of deltas is made by an engine of its own, which devices need not have. */
function deltaProblems({
	delta,
	deltaVersion,
}: Pick<Settings, 'delta' | 'deltaVersion'>): string[] {
	if (!delta || deltaVersion === 3) return [];
	return [
		'SUPERVISOR_DELTA asks for deltas, but SUPERVISOR_DELTA_VERSION is 2: images are downloaded whole; only 3 is understood',
	];
}

interface GivenValue {
	/** Member of Settings. */
	readonly key: string;
	/** Name of the variable as received. */
	readonly name: string;
	readonly value: string;
}

function givenValues(config: Config): GivenValue[] {
	return Object.entries(settingKeys).flatMap(([key, schema]) => {
		const { name = key, aliases = [] } = settingDocs.get(schema) ?? {};
		const found = [...aliases, name].map((alias) => resolve(config, alias)).find(Boolean);
		return found === undefined ? [] : [{ key, ...found }];
	});
}

function resolve(
	config: Config,
	bareName: string,
): { readonly name: string; readonly value: string } | undefined {
	for (const prefix of prefixes) {
		const value = config[prefix + bareName];
		if (value !== undefined) return { name: prefix + bareName, value };
	}
	return undefined;
}

function valuesOf(given: readonly GivenValue[]): Record<string, string> {
	return Object.fromEntries(given.map(({ key, value }) => [key, value]));
}

export interface DecodedBootVariables {
	/** By name without prefix: the items. */
	readonly values: Readonly<Record<string, readonly string[]>>;
	/** Names without prefix of those that were not understood. */
	readonly faulty: readonly string[];
	/** One sentence for each of these. */
	readonly problems: readonly string[];
}

/** The variables among them that end up in the files a board starts from. */
export function decodeBootVariables(config: Config): DecodedBootVariables {
	const spelt = Object.fromEntries(
		Object.entries(config).map(([name, value]) => [spelling(name), value]),
	);
	const names = new Set(Object.keys(spelt).map(withoutPrefix).filter(isBootSetting));
	const decoded = [...names].sort().map((name) => {
		const value = resolve(spelt, name)?.value ?? '';
		return { name, value, items: parseList(value) };
	});
	const faulty = decoded.filter(({ items }) => items === undefined);
	return {
		values: Object.fromEntries(
			decoded.flatMap(({ name, items }) => (items === undefined ? [] : [[name, items]])),
		),
		faulty: faulty.map(({ name }) => name),
		problems: faulty.map(
			({ name, value }) => `${name} must be a list, got ${shown(name, value)}; it is left out`,
		),
	};
}

/** A variable's name as the table spells it: clouds write `BALENA_HOST_SPLASH_IMAGE`, too. */
export function spelling(name: string): string {
	return name.replace(/(?<=^(?:BALENA_|RESIN_)?HOST_SPLASH_)[Ii][Mm][Aa][Gg][Ee]$/, 'image');
}

function withoutPrefix(name: string): string {
	return name.replace(/^(BALENA_|RESIN_)/, '');
}

function isBootSetting(name: string): boolean {
	return bootSettings.some(({ pattern }) =>
		pattern.endsWith('*')
			? name.startsWith(pattern.slice(0, -1)) && name.length >= pattern.length
			: name === pattern,
	);
}

/** A value that begins with a quotation mark is the inside of a JSON list; any other is one item. */
function parseList(value: string): readonly string[] | undefined {
	if (!value.startsWith('"')) return [value];
	try {
		return z.array(z.string()).safeParse(JSON.parse(`[${value}]`)).data;
	} catch {
		return undefined;
	}
}

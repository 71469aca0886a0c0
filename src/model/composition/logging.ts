import type { z } from 'zod';
import type { LogConfig } from '../container-spec.ts';
import { Partly, type IgnoredPart } from './partly.ts';
import { members, textMap, word } from './values.ts';

const everywhere = ['mode', 'max-buffer-size'];
const attributes = ['labels', 'labels-regex', 'env', 'env-regex', 'tag'];
const files = ['max-size', 'max-file', 'compress'];

/** The drivers whose logs the engine can read again, each with the options it knows. */
const readable: Readonly<Record<string, readonly string[]>> = {
	'json-file': [...everywhere, ...attributes, ...files],
	local: [...everywhere, ...files],
	journald: [...everywhere, ...attributes],
};

/** A log driver with its options; without a driver the options are those of json-file. */
export const logging = members({
	driver: word.optional(),
	options: textMap.default({}),
}).transform(({ driver, options }): Partly<LogConfig | undefined> => {
	if (driver === undefined && Object.keys(options).length === 0) return new Partly(undefined);
	const Type = driver ?? 'json-file';
	const known = Object.hasOwn(readable, Type) ? readable[Type] : undefined;
	if (known === undefined) {
		const reason = `the logs of ${Type} cannot be read again, use json-file, local or journald`;
		return new Partly<LogConfig | undefined>(undefined, [{ path: ['driver'], reason }]);
	}
	const entries = Object.entries(options);
	const Config = Object.fromEntries(entries.filter(([name]) => known.includes(name)));
	const strange = entries.map(([name]) => name).filter((name) => !known.includes(name));
	return new Partly<LogConfig | undefined>(
		{ Type, Config },
		strange.map((name) => unknownOption(name, Type)),
	);
});

function unknownOption(name: string, driver: string): IgnoredPart {
	return { path: ['options', name], reason: `not an option of ${driver}` };
}

export type Logging = z.infer<typeof logging>;

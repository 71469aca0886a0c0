import { z } from 'zod';
import { configJsonDocs, configJsonKeys } from '../../src/config/config-json.ts';
import { environmentDocs, environmentKeys } from '../../src/config/environment.ts';
import { bootSettings, settingDocs, settingKeys } from '../../src/config/settings.ts';
import { code, generatedNote, toTable } from './markdown.ts';

/** docs/configuration.md */
export function makeConfiguration(): string {
	return [
		generatedNote('the tables in src/config'),
		'# Configuration',
		intro,
		'## config.json',
		configJsonIntro,
		toTable(['Key', 'Type', 'Default', 'Writable', 'Meaning'], configJsonRows()),
		'## Device configuration variables',
		variablesIntro,
		toTable(['Name', 'Type', 'Default', 'In force', 'Effect'], settingRows()),
		bootIntro,
		toTable(
			['Name', 'Type', 'Effect'],
			bootSettings.map(({ pattern, type, doc }) => [code(pattern), type, doc]),
		),
		listSyntax,
		'## Environment of the supervisor',
		'`<root>` and `<boot>` stand for the mount points in the first two rows. An empty value counts as absent.',
		toTable(['Name', 'Default', 'Meaning'], environmentRows()),
	].join('\n\n');
}

const intro =
	'Three places configure the supervisor: `config.json` on the boot partition, the device configuration variables of the target state, and the environment of its container.';

const configJsonIntro =
	'Read at the start and again before each change, so that what a person writes meanwhile stays; such a change holds from the next start at the latest. Numbers may be text, booleans may be `1`, `0`, `true`, `false`, `on` or `off`, and `null` counts as absent. Keys that are not in the table are kept. A value of a wrong type is told with its key, and the supervisor waits for the file to be mended.';

const variablesIntro =
	'Set for a fleet or a device in the cloud, or under `config` in a preload. Each name may carry the prefix `BALENA_` or `RESIN_`; `BALENA_X` beats `RESIN_X`, which beats `X`. A value that is not understood is told once in a system message, and the default is in force. Unknown names have no effect. A new value is in force as soon as the target state that has it, without a restart of the supervisor, unless the table says otherwise.';

const bootIntro =
	'What the device boots with. A change is written to the file that the device has for it, keeps what else is there, comments included, and has a reboot follow once the apps are at rest and no update lock prevents it. A variable that is taken away takes its value away, and what no variable ever named stays as it is. What cannot be applied is told in the log, and holds nothing else up.';

const listSyntax =
	'A value is one item, unless it begins with a quotation mark: then it is the inside of a JSON list, as in `"i2c_arm=on","spi=on"`.';

function configJsonRows(): string[][] {
	return Object.entries(configJsonKeys).map(([key, schema]) => {
		const { type = '', unit, isWritable = false, doc = '' } = configJsonDocs.get(schema) ?? {};
		return [code(key), typeOf(schema, type, unit), defaultOf(schema), isWritable ? 'yes' : '', doc];
	});
}

function settingRows(): string[][] {
	return Object.values(settingKeys).map((schema) => {
		const row = settingDocs.get(schema);
		if (row === undefined) throw new Error('a setting has no row');
		const { name, aliases = [], type, unit, fallback, applies = 'at once', doc } = row;
		const names = [name, ...aliases].map(code).join(', ');
		return [names, typeOf(schema, type, unit), fallback ?? defaultOf(schema), applies, doc];
	});
}

function environmentRows(): string[][] {
	return Object.values(environmentKeys).map((schema) => {
		const { name = '', doc = '' } = environmentDocs.get(schema) ?? {};
		return [code(name), defaultOf(schema), doc];
	});
}

/** In words, with the smallest number that is taken and the unit. */
function typeOf(schema: z.ZodType, type: string, unit: string | undefined): string {
	const { minimum } = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' });
	const least = type === 'integer' && minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER;
	return [least ? `${type} from ${minimum}` : type, unit ?? []].flat().join(', ');
}

/** The value a schema gives for nothing. */
function defaultOf(schema: z.ZodType): string {
	const value: unknown = schema.safeParse(undefined).data;
	if (value === undefined || value === '') return '–';
	return code(typeof value === 'string' ? value : JSON.stringify(value));
}

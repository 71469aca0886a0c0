import type { z } from 'zod';
import { concessions } from '../../src/model/composition/concessions.ts';
import { conflicts } from '../../src/model/composition/conflicts.ts';
import { fieldDocs, unsupportedDocs } from '../../src/model/composition/field.ts';
import { fields } from '../../src/model/composition/fields.ts';
import { networkFields } from '../../src/model/composition/network-fields.ts';
import { elementOf, shapeOf } from '../../src/model/composition/schema-shape.ts';
import { volumeFields } from '../../src/model/composition/volume-fields.ts';
import { code, generatedNote, toTable } from './markdown.ts';

type Fields = Readonly<Record<string, z.core.$ZodType>>;

/** docs/compose.md */
export function makeCompose(): string {
	return [
		generatedNote('the tables in src/model/composition'),
		'# Compositions',
		intro,
		'## Services',
		fieldTable(fields),
		'## Networks',
		'Under `networks`. A network that changes is made anew, with the containers on it. There is always a network `default`.',
		fieldTable(networkFields),
		'## Volumes',
		'Under `volumes`. A volume that exists is never changed, and never removed but by a purge.',
		fieldTable(volumeFields),
		'## Settings that exclude one another',
		'The engine would refuse the container, so the release is refused before anything of the old one stops.',
		toTable(
			['Field', 'Fault'],
			conflicts.map(({ field, reason }) => [code(field), reason]),
		),
		'## Without an effect',
		ignoredIntro,
		toTable(
			['Field', 'Reason'],
			[
				...concessions.map(({ field, reason }) => [code(`services.*.${field}`), reason]),
				...unsupportedRows(fields, 'services.*.'),
				...unsupportedRows(networkFields, 'networks.*.'),
				...unsupportedRows(volumeFields, 'volumes.*.'),
			],
		),
	].join('\n\n');
}

const intro = [
	'What a service, a network and a volume of a release may say, in the words of the',
	'[Compose specification](https://github.com/compose-spec/compose-spec). Names are in snake_case or camelCase, at every',
	'depth; null counts as absent, and so does an empty text but for `command` and `entrypoint`; `x-` extensions are left alone. Numbers and booleans may be text. A size is `64m`, `1gb`',
	'or a number of bytes, by powers of 1024; a duration is `1m30s`, `500ms` or a number of seconds. A value that is not',
	'understood is refused with its place, and the app stays as it is, unless its row says otherwise.',
].join('\n');

const ignoredIntro = [
	'These fields do not stop a release. Those that change what a service does elsewhere are told once for a release, in a',
	'system message; so is every name that is in no table.',
].join('\n');

function fieldTable(table: Fields): string {
	const rows = Object.entries(table).flatMap(([name, schema]) => {
		const doc = fieldDocs.get(schema);
		if (doc === undefined) return [];
		const { forms, engine, fallback, recreates = true } = doc;
		return [[code(name), forms, engineText(engine), fallback, recreates ? 'yes' : 'no', doc.doc]];
	});
	return toTable(
		['Field', 'Forms', 'Engine', 'Default', 'A change replaces', 'Meaning'],
		rows.toSorted(byName),
	);
}

function engineText(engine: string): string {
	return engine.replaceAll(/(?<![\w`])[A-Z][A-Za-z0-9]+(\.[A-Z][A-Za-z0-9]+)?/g, (name) =>
		code(name),
	);
}

/** The fields and members without an effect, at every depth. */
function unsupportedRows(table: Fields, at: string): string[][] {
	return Object.entries(table)
		.flatMap(([name, schema]) => unsupportedIn(schema, `${at}${name}`))
		.toSorted(byName);
}

function unsupportedIn(schema: z.core.$ZodType, at: string): string[][] {
	const refusal = unsupportedDocs.get(schema);
	if (refusal !== undefined) return [[code(at), refusal.reason]];
	const shape = shapeOf(schema);
	if (shape !== undefined) return unsupportedRows(shape, `${at}.`);
	const element = elementOf(schema);
	if (element === undefined) return [];
	return unsupportedIn(element.schema, element.kind === 'list' ? `${at}[]` : `${at}.*`);
}

function byName([a = '']: readonly string[], [b = '']: readonly string[]): number {
	const [nameA, nameB] = [a.replaceAll('`', ''), b.replaceAll('`', '')];
	return nameA < nameB ? -1 : Number(nameA > nameB);
}

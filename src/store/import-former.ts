import { z } from 'zod';
import { digestOf } from '../kit/digest.ts';
import type { Logger } from '../kit/logger.ts';
import { isTruthy } from '../model/labels.ts';
import type { Database } from './database.ts';
import { isFormer, readFormer, type FormerContent } from './former-database.ts';
import { digestOfWork, FormerSeen, stampOf } from './former-seen.ts';
import { withCopy } from './locate-database.ts';
import { createRowParser } from './rows.ts';

export interface ImportOptions {
	/** The former supervisor's database. It stays as it is. */
	readonly formerPath: string | undefined;
	/** Our own was damaged and is made anew: what the former one knows is older than what was lost. */
	readonly isRebuilt: boolean;
	/** The device's cloud: of the former targets the one it set is taken over. Empty: none. */
	readonly apiEndpoint: string;
	readonly log: Logger;
}

/** The setting that says how the former database was when it was looked at last. */
const marker = 'formerDatabase';

/**
 * What is worth keeping of the former supervisor's database is in ours afterwards, all of it or nothing. It is looked at
 * once, and again when the former supervisor was at work in between: then it knows better than ours. One that cannot be
 * read is told and done without.
 */
export async function importFormer(database: Database, options: ImportOptions): Promise<void> {
	const { formerPath, isRebuilt, apiEndpoint, log } = options;
	const before = await readMarker(database, log);
	const stamp = await stampOf(formerPath);
	if (before !== undefined && (stamp === '' || stamp === before.stamp)) return;
	const content =
		formerPath === undefined || stamp === '' ? undefined : await readContent(formerPath, log);
	const known = before?.digest ?? '';
	const seen = { stamp, digest: content === undefined ? known : digestOfWork(content) };
	const isNews = content !== undefined && !isRebuilt && seen.digest !== known;
	const rows = isNews ? rowsOf(content, apiEndpoint) : [];
	await database.transaction(async (transaction) => {
		for (const { table, row, key } of rows) {
			const insert = transaction(table).insert(row).onConflict(key);
			await (before === undefined ? insert.ignore() : insert.merge());
		}
		const mark = { name: marker, value: JSON.stringify(seen) };
		await transaction('setting').insert(mark).onConflict('name').merge();
	});
	if (isNews) tell(content, options);
}

async function readMarker(database: Database, log: Logger): Promise<FormerSeen | undefined> {
	const rows: unknown = await database('setting').where({ name: marker }).select('value');
	const [row] = createRowParser(marker, z.object({ value: FormerSeen }), log).parse(rows);
	return row?.value;
}

async function readContent(file: string, log: Logger): Promise<FormerContent | undefined> {
	try {
		return await withCopy(file, async (copy) =>
			(await isFormer(copy)) ? readFormer(copy, log) : undefined,
		);
	} catch (err) {
		log.warn(
			{ err, path: file },
			'database of the former supervisor cannot be read, going on without it',
		);
		return undefined;
	}
}

function tell(content: FormerContent, options: ImportOptions): void {
	const { faults, apps, apiKeys } = content;
	const { formerPath, log } = options;
	const taken = takenApps(content, options.apiEndpoint).map(({ uuid }) => uuid);
	log.info(
		{ path: formerPath, apps: taken.length, keys: apiKeys.length },
		'database of the former supervisor is taken over, its file stays',
	);
	if (faults.length > 0) {
		log.warn({ faults }, 'parts of the former database cannot be read, going on without them');
	}
	const left = apps.map(({ uuid }) => uuid).filter((uuid) => !taken.includes(uuid));
	if (left.length > 0) {
		log.warn({ apps: left }, 'apps of another cloud or of an ended local mode are not taken over');
	}
}

interface Insert {
	readonly table: string;
	/** Columns that tell its rows apart. */
	readonly key: string[];
	readonly row: Readonly<Record<string, unknown>>;
}

function rowsOf(content: FormerContent, apiEndpoint: string): Insert[] {
	const { apiKeys, commits, images } = content;
	const document = targetDocument(content, apiEndpoint);
	const local = localRecord(content, apiEndpoint);
	const imageKey = ['reference', 'appUuid', 'serviceName'];
	return [
		...apiKeys.map(({ scopes, ...row }) => ({
			...{ table: 'apiKey', key: ['appId', 'serviceName'] },
			row: { ...row, scopes: JSON.stringify(scopes) },
		})),
		...commits.map((row) => ({ table: 'currentCommit', key: ['appUuid'], row })),
		...images.map((row) => ({ table: 'image', key: imageKey, row })),
		...(document === undefined ? [] : [{ table: 'target', key: ['id'], row: targetRow(document) }]),
		...[...settingsOf(content), ...local].map(([name, value]) => ({
			...{ table: 'setting', key: ['name'] },
			row: { name, value: JSON.stringify(value) },
		})),
	];
}

function targetRow(document: object): Insert['row'] {
	return {
		...{ id: 1, source: 'cloud', etag: null },
		...{ document: JSON.stringify(document), digest: digestOf(document) },
	};
}

/** @returns undefined when no target was ever set: a preload may still be waiting */
function targetDocument(content: FormerContent, apiEndpoint: string): object | undefined {
	const { config, variables } = content;
	const apps = targetApps(content.apps, apiEndpoint);
	if (apps.length === 0 && config.targetStateSet !== 'true') return undefined;
	const { name = '' } = config;
	return {
		name: name === '' || name.includes('\n') ? 'local' : name.slice(0, 255),
		config: variables,
		apps: Object.fromEntries(apps.map(({ uuid, app }) => [uuid, app])),
	};
}

function targetApps(apps: FormerContent['apps'], apiEndpoint: string): FormerContent['apps'] {
	const bare = (url: string): string => url.replace(/\/+$/, '');
	return apps.filter(({ source }) => bare(source) === bare(apiEndpoint));
}

/** What a developer had posted, while local mode is on: on a device without a cloud it always is. */
function localApps({ apps, variables }: FormerContent, apiEndpoint: string): FormerContent['apps'] {
	const isOn = apiEndpoint === '' || isTruthy(variables.SUPERVISOR_LOCAL_MODE);
	return isOn ? apps.filter(({ source }) => source === 'local') : [];
}

function takenApps(content: FormerContent, apiEndpoint: string): FormerContent['apps'] {
	return [...targetApps(content.apps, apiEndpoint), ...localApps(content, apiEndpoint)];
}

/** As the setting in which local mode remembers what was posted. */
function localRecord(content: FormerContent, apiEndpoint: string): [string, unknown][] {
	const apps = localApps(content, apiEndpoint).map(({ uuid, app }) => [uuid, app] as const);
	if (apps.length === 0) return [];
	return [['localTarget', { config: {}, apps: Object.fromEntries(apps), images: {} }]];
}

/** Settings that have the same names here, beside the target's variables: those follow from the target. */
const textSettings = ['initialConfigReported', 'apiEndpointOverride'];
const jsonSettings = ['pinDevice', 'listenPortOverride'];

function settingsOf({ config }: FormerContent): [string, unknown][] {
	const given = (names: readonly string[]): [string, string][] =>
		names.flatMap((name): [string, string][] => {
			const value = config[name] ?? '';
			return value === '' ? [] : [[name, value]];
		});
	const decoded = given(jsonSettings).flatMap(([name, text]): [string, unknown][] => {
		try {
			return [[name, JSON.parse(text)]];
		} catch {
			return [];
		}
	});
	return [...given(textSettings), ...decoded];
}

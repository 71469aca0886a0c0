import { stat } from 'node:fs/promises';
import { digestOf } from '../kit/digest.ts';
import type { Logger } from '../kit/logger.ts';
import type { Database } from './database.ts';
import { isFormer, readFormer, type FormerContent } from './former-database.ts';
import { withCopy } from './locate-database.ts';

export interface ImportOptions {
	/** The former supervisor's database. It stays as it is. */
	readonly formerPath: string | undefined;
	/** Our own was damaged and is made anew: what the former one knows is older than what was lost. */
	readonly isRebuilt: boolean;
	/** The device's cloud: of the former targets the one it set is taken over. Empty: none. */
	readonly apiEndpoint: string;
	readonly log: Logger;
}

/** The setting that says that the former database was looked at: once in the life of ours. */
const marker = 'formerDatabase';

/**
 * What is worth keeping of the former supervisor's database is in ours afterwards, all of it or nothing; what ours has
 * already stays. One that cannot be read is told and done without.
 */
export async function importFormer(database: Database, options: ImportOptions): Promise<void> {
	const { formerPath, isRebuilt, apiEndpoint, log } = options;
	const done: unknown[] = await database('setting').where({ name: marker });
	if (done.length > 0) return;
	const content =
		formerPath === undefined || isRebuilt ? undefined : await readContent(formerPath, log);
	const rows = content === undefined ? [] : rowsOf(content, apiEndpoint);
	await database.transaction(async (transaction) => {
		for (const { table, row } of rows) await transaction(table).insert(row).onConflict().ignore();
		const value = JSON.stringify({ path: content === undefined ? null : formerPath });
		await transaction('setting').insert({ name: marker, value });
	});
	if (content !== undefined) tell(content, options);
}

async function readContent(file: string, log: Logger): Promise<FormerContent | undefined> {
	if ((await stat(file).catch(() => undefined)) === undefined) return undefined;
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

function tell({ faults, apps, apiKeys }: FormerContent, options: ImportOptions): void {
	const { formerPath, log } = options;
	const taken = targetApps(apps, options.apiEndpoint).map(({ uuid }) => uuid);
	log.info(
		{ path: formerPath, apps: taken.length, keys: apiKeys.length },
		'database of the former supervisor is taken over, its file stays',
	);
	if (faults.length > 0) {
		log.warn({ faults }, 'parts of the former database cannot be read, going on without them');
	}
	const left = apps.map(({ uuid }) => uuid).filter((uuid) => !taken.includes(uuid));
	if (left.length > 0) {
		log.warn({ apps: left }, 'apps of another cloud or of local mode are not taken over');
	}
}

interface Insert {
	readonly table: string;
	readonly row: Readonly<Record<string, unknown>>;
}

function rowsOf(content: FormerContent, apiEndpoint: string): Insert[] {
	const { apiKeys, commits, images } = content;
	const document = targetDocument(content, apiEndpoint);
	return [
		...apiKeys.map(({ scopes, ...row }) => ({
			table: 'apiKey',
			row: { ...row, scopes: JSON.stringify(scopes) },
		})),
		...commits.map((row) => ({ table: 'currentCommit', row })),
		...images.map((row) => ({ table: 'image', row })),
		...(document === undefined ? [] : [{ table: 'target', row: targetRow(document) }]),
		...settingsOf(content).map(([name, value]) => ({
			table: 'setting',
			row: { name, value: JSON.stringify(value) },
		})),
	];
}

function targetRow(document: object): Insert['row'] {
	return {
		...{ id: 1, source: 'cloud' },
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

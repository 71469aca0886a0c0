import { z } from 'zod';
import { messageOf } from '../kit/errors.ts';
import type { Logger } from '../kit/logger.ts';
import type { Database } from './database.ts';
import { FormerAppRow, FormerVariablesRow } from './former-target.ts';
import { ApiKeyRow, CommitRow, createRowParser, ImageRow } from './rows.ts';

/**
 * What is worth keeping of the database of the supervisor that was on the device before (contract 4.12): with its
 * target, the keys its containers carry, its images and its commits known, it is replaced without a restart of an app.
 */
export interface FormerContent {
	readonly apiKeys: readonly ApiKeyRow[];
	readonly commits: readonly CommitRow[];
	readonly images: readonly ImageRow[];
	readonly apps: readonly FormerAppRow[];
	/** Device configuration variables of its target. */
	readonly variables: Readonly<Record<string, string>>;
	/** Table `config`. */
	readonly config: Readonly<Record<string, string>>;
	/** A sentence for each part that could not be read, and was left out. */
	readonly faults: readonly string[];
}

type CommitRow = z.infer<typeof CommitRow>;
type ImageRow = z.infer<typeof ImageRow>;

const SecretRow = z
	.looseObject({ serviceName: z.string().nullable() })
	.transform(({ serviceName, ...row }) => ({ ...row, serviceName: serviceName ?? '' }))
	.pipe(ApiKeyRow);

const FormerImageRow = z
	.looseObject({ name: z.string() })
	.transform(({ name, ...row }) => ({ ...row, reference: name }))
	.pipe(ImageRow);

const ConfigRow = z.object({ key: z.string(), value: z.string() });

const statements = {
	apiKeys: 'SELECT appId, serviceName, scopes, "key" FROM apiSecret',
	commits:
		'SELECT app.uuid AS appUuid, c."commit" FROM currentCommit c JOIN app ON app.appId = c.appId',
	images:
		'SELECT name, appUuid, serviceName, serviceId, imageId, releaseId, "commit" FROM image WHERE appUuid IS NOT NULL',
	apps: 'SELECT * FROM app ORDER BY id',
	variables: 'SELECT targetValues FROM deviceConfig',
	config: 'SELECT "key", value FROM config WHERE value IS NOT NULL',
};

/** Some of its tables, by which such a database is known. */
const itsTables = ['config', 'deviceConfig', 'apiSecret', 'engineSnapshot'];

/** True for a database of the former supervisor, of whatever version. */
export async function isFormer(database: Database): Promise<boolean> {
	const rows: unknown = await database('sqlite_master').where({ type: 'table' }).select('name');
	const names = z.array(z.object({ name: z.string() })).parse(rows);
	return names.filter(({ name }) => itsTables.includes(name)).length >= 2;
}

/** Reads as much as can be read: damaged rows and tables of other versions are left out. */
export async function readFormer(database: Database, log: Logger): Promise<FormerContent> {
	const faults: string[] = [];
	const rowsOf = async <T>(name: keyof typeof statements, schema: z.ZodType<T>): Promise<T[]> => {
		try {
			const rows: unknown = await database.raw(statements[name]);
			return createRowParser(`former ${name}`, schema, log).parse(rows);
		} catch (err) {
			faults.push(`${name}: ${messageOf(err)}`);
			return [];
		}
	};
	const config = await rowsOf('config', ConfigRow);
	return {
		apiKeys: await rowsOf('apiKeys', SecretRow),
		commits: await rowsOf('commits', CommitRow),
		images: await rowsOf('images', FormerImageRow),
		apps: await rowsOf('apps', FormerAppRow),
		variables: (await rowsOf('variables', FormerVariablesRow))[0] ?? {},
		config: Object.fromEntries(config.map(({ key, value }) => [key, value])),
		faults,
	};
}

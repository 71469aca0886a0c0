import knex from 'knex';

/** What a test wants to find in the database of the former supervisor; all of it has a default. */
export interface FormerFile {
	readonly config?: Readonly<Record<string, string>>;
	readonly variables?: Readonly<Record<string, unknown>>;
	readonly apps?: readonly FormerApp[];
	/** By app id. */
	readonly commits?: Readonly<Record<number, string>>;
	readonly keys?: readonly FormerKey[];
	readonly images?: readonly FormerImage[];
}

export interface FormerApp {
	readonly appId: number;
	readonly uuid: string;
	readonly name: string;
	readonly source: string;
	readonly releaseId?: number | undefined;
	readonly commit?: string | undefined;
	readonly class?: string;
	readonly isHost?: boolean;
	readonly services?: readonly object[];
	readonly volumes?: object;
	readonly networks?: object;
}

export interface FormerKey {
	readonly appId: number;
	readonly serviceName: string | null;
	readonly scopes?: string;
	readonly key: string;
}

export interface FormerImage {
	readonly name: string;
	readonly appId: number;
	readonly appUuid: string | null;
	readonly serviceId: number;
	readonly serviceName: string;
	readonly imageId: number;
	readonly releaseId: number;
	readonly commit: string;
}

/** The tables of contract 4.12. */
const schema = [
	'CREATE TABLE config ("key" varchar(255), value varchar(255))',
	'CREATE TABLE deviceConfig (targetValues json)',
	`CREATE TABLE app (id integer PRIMARY KEY AUTOINCREMENT, name varchar(255), releaseId integer, "commit" varchar(255),
		appId integer, services json, networks json, volumes json, source varchar(255), uuid varchar(255), isHost boolean,
		class varchar(255), rejected boolean DEFAULT 0)`,
	'CREATE UNIQUE INDEX app_uuid ON app (uuid)',
	`CREATE TABLE image (id integer PRIMARY KEY AUTOINCREMENT, name varchar(255), appId integer, serviceId integer,
		serviceName varchar(255), imageId integer, releaseId integer, dockerImageId varchar(255), appUuid varchar(255),
		"commit" varchar(255))`,
	`CREATE TABLE apiSecret (id integer PRIMARY KEY AUTOINCREMENT, appId integer, serviceName varchar(255), scopes json,
		"key" varchar(255))`,
	'CREATE UNIQUE INDEX secret_owner ON apiSecret (appId, serviceName)',
	'CREATE TABLE currentCommit (id integer PRIMARY KEY AUTOINCREMENT, appId integer UNIQUE, "commit" varchar(255))',
	'CREATE TABLE engineSnapshot (snapshot varchar(255), timestamp varchar(255))',
	'CREATE TABLE logsChannelSecret (backend varchar(255), secret varchar(255))',
	'CREATE TABLE knex_migrations (id integer PRIMARY KEY, name varchar(255), batch integer, migration_time datetime)',
];

/** Makes the database of the former supervisor. @param then - further statements, to spoil it */
export async function makeFormerFile(
	path: string,
	content: FormerFile,
	then: readonly string[] = [],
): Promise<void> {
	const database = knex({
		client: 'sqlite3',
		connection: { filename: path },
		useNullAsDefault: true,
	});
	try {
		for (const sql of schema) await database.raw(sql);
		for (const [table, rows] of Object.entries(tablesOf(content))) {
			for (const row of rows) await database(table).insert(row);
		}
		for (const sql of then) await database.raw(sql);
	} finally {
		await database.destroy();
	}
}

function tablesOf(content: FormerFile): Record<string, readonly object[]> {
	const { config = {}, variables = {}, apps = [], commits = {}, keys = [], images = [] } = content;
	return {
		config: Object.entries(config).map(([key, value]) => ({ key, value })),
		deviceConfig: [{ targetValues: JSON.stringify(variables) }],
		app: apps.map(({ services = [], volumes = {}, networks = {}, ...app }) => ({
			...{ class: 'fleet', isHost: false, ...app },
			services: JSON.stringify(services),
			volumes: JSON.stringify(volumes),
			networks: JSON.stringify(networks),
		})),
		currentCommit: Object.entries(commits).map(([appId, commit]) => ({ appId, commit })),
		apiSecret: keys.map(({ scopes, ...key }) => ({ scopes: scopes ?? scopesOf(key), ...key })),
		image: images.map((image) => ({ ...image, dockerImageId: `sha256:${'0'.repeat(64)}` })),
	};
}

function scopesOf({ appId, serviceName }: FormerKey): string {
	return JSON.stringify([serviceName === null ? { type: 'global' } : { type: 'app', appId }]);
}

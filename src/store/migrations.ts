import type { Knex } from 'knex';

interface Migration {
	readonly name: string;
	/** Only adds: an older supervisor must be able to go on with the result after a downgrade. */
	readonly up: (database: Knex) => Promise<void>;
}

/** Every change of the schema, oldest first. Rows are never edited or removed; the number of rows is the version. */
export const migrations: readonly Migration[] = [
	{ name: '0001-first-tables', up: firstTables },
	{ name: '0002-events-and-history', up: eventsAndHistory },
];

/** Stored as `PRAGMA user_version`, so that a start with nothing to migrate costs one read. */
export const schemaVersion = migrations.length;

/** Stored as `PRAGMA application_id`: tells our files from other databases. `Hold` in ASCII. */
export const applicationId = 0x486f6c64;

/** A migration source that lives in the code, so that a bundled supervisor reads no files at run time. */
export const migrationSource: Knex.MigrationSource<Migration> = {
	getMigrations: () => Promise.resolve([...migrations]),
	getMigrationName: ({ name }) => name,
	getMigration: ({ up }) => Promise.resolve({ up, down: () => Promise.resolve() }),
};

async function firstTables(database: Knex): Promise<void> {
	await database.schema.createTable('target', (table) => {
		table.integer('id').primary();
		table.text('source').notNullable();
		table.text('document').notNullable();
		table.text('digest').notNullable();
		table.text('etag');
	});
	await database.schema.createTable('image', (table) => {
		table.text('reference').notNullable();
		table.text('appUuid').notNullable();
		table.text('serviceName').notNullable();
		table.integer('serviceId').notNullable();
		table.integer('imageId').notNullable();
		table.integer('releaseId').notNullable();
		table.text('commit').notNullable();
		table.primary(['reference', 'appUuid', 'serviceName']);
	});
	await database.schema.createTable('currentCommit', (table) => {
		table.text('appUuid').primary();
		table.text('commit').notNullable();
	});
	await database.schema.createTable('apiKey', (table) => {
		table.integer('appId').notNullable();
		table.text('serviceName').notNullable().comment('empty for the global key');
		table.text('scopes').notNullable();
		table.text('key').notNullable();
		table.primary(['appId', 'serviceName']);
	});
	await database.schema.createTable('setting', (table) => {
		table.text('name').primary();
		table.text('value').notNullable();
	});
}

async function eventsAndHistory(database: Knex): Promise<void> {
	await database.schema.createTable('event', (table) => {
		table.integer('id').primary();
		table.text('type').notNullable();
		table.text('appUuid');
		table.integer('appId');
		table.text('json').notNullable();
	});
	await database.schema.createTable('eventNumbers', (table) => {
		table.integer('id').primary();
		table.integer('reserved').notNullable();
		table.integer('isComplete').notNullable();
	});
	await database.schema.createTable('history', (table) => {
		table.increments('id');
		table.integer('endedAtMs').notNullable();
		table.text('appUuid').index();
		table.integer('appId').index();
		table.text('entry').notNullable();
	});
}

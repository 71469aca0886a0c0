import type { Knex } from 'knex';

interface Migration {
	name: string;
	up: (database: Knex) => Promise<void>;
	down: (database: Knex) => Promise<void>;
}

/** Forward only. A released row never changes; a new schema is a new row. */
export const migrations: Migration[] = [
	{
		name: '001-fleets-and-releases',
		async up(database) {
			await database.schema.createTable('fleets', (t) => {
				t.increments('id');
				t.string('uuid').notNullable().unique();
				t.string('name').notNullable().unique();
				t.string('device_type').notNullable();
				t.string('provisioning_key').notNullable().unique();
				t.integer('target_release_id');
			});
			await database.schema.createTable('services', (t) => {
				t.increments('id');
				t.integer('fleet_id').notNullable().references('fleets.id');
				t.string('name').notNullable();
				t.unique(['fleet_id', 'name']);
			});
			await database.schema.createTable('images', (t) => {
				t.increments('id');
				t.integer('service_id').notNullable().references('services.id');
				t.string('location').notNullable();
				t.string('content_key');
				t.string('content_hash');
				t.unique(['service_id', 'content_key']);
				t.index(['location']);
			});
			await database.schema.createTable('releases', (t) => {
				t.increments('id');
				t.integer('fleet_id').notNullable().references('fleets.id');
				t.string('commit').notNullable().unique();
				t.text('composition').notNullable();
				t.string('status').notNullable();
				t.string('created_at').notNullable();
			});
			await database.schema.createTable('release_images', (t) => {
				t.integer('release_id').notNullable().references('releases.id');
				t.integer('image_id').notNullable().references('images.id');
				t.primary(['release_id', 'image_id']);
			});
		},
		down: () => Promise.resolve(),
	},
	{
		name: '002-devices',
		async up(database) {
			await database.schema.createTable('devices', (t) => {
				t.increments('id');
				t.string('uuid').notNullable().unique();
				t.integer('fleet_id').notNullable().references('fleets.id');
				t.string('name').notNullable();
				t.string('device_type').notNullable();
				t.string('api_key').notNullable().unique();
				t.integer('pinned_release_id').references('releases.id');
				t.integer('running_release_id').references('releases.id');
				t.boolean('frozen').notNullable().defaultTo(false);
				t.boolean('deleted').notNullable().defaultTo(false);
				t.string('created_at').notNullable();
				t.string('last_seen_at');
				t.string('last_address');
				t.text('report').notNullable();
			});
			await database.schema.createTable('installs', (t) => {
				t.integer('device_id').notNullable().references('devices.id');
				t.integer('image_id').notNullable().references('images.id');
				t.integer('release_id').notNullable().references('releases.id');
				t.string('status').notNullable();
				t.integer('download_progress');
				t.primary(['device_id', 'image_id']);
			});
			await database.schema.createTable('variables', (t) => {
				t.increments('id');
				t.integer('fleet_id').references('fleets.id');
				t.integer('device_id').references('devices.id');
				t.integer('service_id').references('services.id');
				t.string('name').notNullable();
				t.text('value').notNullable();
			});
			await database.schema.createTable('device_tags', (t) => {
				t.increments('id');
				t.integer('device_id').notNullable().references('devices.id');
				t.string('tag_key').notNullable();
				t.text('value').notNullable();
				t.unique(['device_id', 'tag_key']);
			});
			await database.schema.createTable('log_lines', (t) => {
				t.increments('id');
				t.integer('device_id').notNullable().references('devices.id');
				t.text('line').notNullable();
				t.index(['device_id', 'id']);
			});
		},
		down: () => Promise.resolve(),
	},
];

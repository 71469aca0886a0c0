import { readdir } from 'node:fs/promises';
import { expect } from 'chai';
import knex from 'knex';
import { makeTempFolder, openAt, createListLogger, type TempFolder } from './testing/temp-store.ts';

/** The tables of contract 4.12, as far as they are read, with a faulty row each where one can be. */
const formerDatabase = [
	`CREATE TABLE apiSecret (id INTEGER PRIMARY KEY, appId INTEGER, serviceName TEXT, scopes JSON, "key" TEXT)`,
	`CREATE TABLE app (id INTEGER PRIMARY KEY, appId INTEGER, uuid TEXT)`,
	`CREATE TABLE currentCommit (id INTEGER PRIMARY KEY, appId INTEGER UNIQUE, "commit" TEXT)`,
	`CREATE TABLE image (id INTEGER PRIMARY KEY, name TEXT, appId INTEGER, appUuid TEXT, serviceId INTEGER,
		serviceName TEXT, imageId INTEGER, releaseId INTEGER, "commit" TEXT, dockerImageId TEXT)`,
	`INSERT INTO apiSecret (appId, serviceName, scopes, "key") VALUES
		(0, NULL, '[{"type":"global"}]', 'aaaa'), (7, 'main', '[{"type":"app","appId":7}]', 'bbbb'),
		(7, 'none', '[]', '')`,
	`INSERT INTO app (appId, uuid) VALUES (7, 'uuid-7')`,
	`INSERT INTO currentCommit (appId, "commit") VALUES (7, 'c1'), (8, 'c2')`,
	`INSERT INTO image (name, appId, appUuid, serviceId, serviceName, imageId, releaseId, "commit") VALUES
		('r/main', 7, 'uuid-7', 31, 'main', 65, 88, 'c1'), ('r/old', 7, NULL, 31, 'main', 65, 88, 'c1')`,
];

describe('the store on the database of a former supervisor', function () {
	this.timeout(20_000);
	let folder: TempFolder;
	beforeEach(async () => {
		folder = await makeTempFolder();
		const database = knex({
			client: 'sqlite3',
			connection: { filename: folder.databasePath },
			useNullAsDefault: true,
		});
		for (const sql of formerDatabase) await database.raw(sql);
		await database.destroy();
	});
	afterEach(() => folder.remove());

	it('must take over keys, commits and images, and set the file aside', async () => {
		const log = createListLogger();
		const store = await openAt(folder.databasePath, log);
		expect((await store.globalApiKey()).key).to.equal('aaaa');
		expect((await store.serviceApiKey(7, 'main')).key).to.equal('bbbb');
		expect(await store.currentCommits()).to.deep.equal({ 'uuid-7': 'c1' });
		expect(await store.listImages()).to.deep.equal([
			{
				reference: 'r/main',
				appUuid: 'uuid-7',
				serviceName: 'main',
				serviceId: 31,
				imageId: 65,
				releaseId: 88,
				commit: 'c1',
			},
		]);
		await store.close();
		expect(log.lines.filter(({ level }) => level === 'error')).to.deep.equal([]);
		expect((await readdir(folder.path)).some((name) => name.includes('.corrupt-'))).to.equal(true);
	});
});

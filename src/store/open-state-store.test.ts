import { expect } from 'chai';
import knex from 'knex';
import { silentLogger } from '../kit/logger.ts';
import type { AppUuid, Commit } from '../model/ids.ts';
import { describeStateStore, storedImage } from '../ports/testing/state-store-contract.ts';
import type { StateStore } from '../ports/state-store.ts';
import { createListLogger, makeTempFolder, openAt, type TempFolder } from './testing/temp-store.ts';

describe('openStateStore', function () {
	this.timeout(20_000); // each write waits for a disk that others use too
	let folder: TempFolder;
	beforeEach(async () => {
		folder = await makeTempFolder();
	});
	afterEach(() => folder.remove());

	describeStateStore('the SQLite store', {
		open: () => openAt(folder.databasePath, silentLogger),
		async reopen(store) {
			await store.close();
			return openAt(folder.databasePath, silentLogger);
		},
	});

	/** Changes the file behind the store's back. */
	async function tamper(sql: string): Promise<void> {
		const database = knex({
			client: 'sqlite3',
			connection: { filename: folder.databasePath },
			useNullAsDefault: true,
		});
		await database.raw(sql);
		await database.destroy();
	}

	async function withStore<T>(work: (store: StateStore) => Promise<T>): Promise<T> {
		const store = await openAt(folder.databasePath, silentLogger);
		return work(store).finally(() => store.close());
	}

	it('must take many writes at once', async () => {
		await withStore(async (store) => {
			const writes = Array.from({ length: 50 }, (_, index) => [
				store.recordImages([storedImage({ reference: `image-${index}` })]),
				store.setSetting('last', index),
				store.serviceApiKey(index % 5, 'main'),
				store.recordCommit(`app-${index % 7}` as AppUuid, `c${index}` as Commit),
			]);
			await Promise.all(writes.flat());
			expect(await store.listImages()).to.have.lengthOf(50);
			expect(await store.getSetting('last')).to.equal(49);
			expect(Object.keys(await store.currentCommits())).to.have.lengthOf(7);
		});
	});

	it('must leave out a damaged row, tell it once, and keep the others', async () => {
		await withStore(async (store) => {
			await store.recordImages([storedImage()]);
			await store.recordImages([storedImage({ reference: 'other' })]);
		});
		await tamper(`UPDATE image SET releaseId = 'zz' WHERE reference = 'other'`);
		const log = createListLogger();
		const store = await openAt(folder.databasePath, log);
		expect(await store.listImages()).to.deep.equal([storedImage()]);
		await store.listImages();
		await store.close();
		expect(log.lines.filter(({ level }) => level === 'warn')).to.have.lengthOf(1);
	});

	for (const { name, sql } of [
		{ name: 'is not JSON', sql: `UPDATE target SET document = '{"a":'` },
		{ name: 'differs from its digest', sql: `UPDATE target SET document = '{"a":2}'` },
		{ name: 'has an unknown source', sql: `UPDATE target SET source = 'moon'` },
	]) {
		it(`must not give a target that ${name}`, async () => {
			await withStore((store) => store.saveTarget({ source: 'cloud', document: { a: 1 } }));
			await tamper(sql);
			await withStore(async (store) => {
				expect(await store.loadTarget()).to.equal(undefined);
				await store.saveTarget({ source: 'cloud', document: { a: 3 } });
				expect(await store.loadTarget()).to.deep.equal({ source: 'cloud', document: { a: 3 } });
			});
		});
	}

	it('must agree on a key with another process that makes one at the same moment', async () => {
		await withStore(async (one) => {
			await withStore(async (other) => {
				const missing = [await one.findApiKey('none'), await other.findApiKey('none')];
				expect(missing).to.deep.equal([undefined, undefined]);
				expect(await other.globalApiKey()).to.deep.equal(await one.globalApiKey());
			});
		});
	});

	it('must make a new key in the place of a damaged one', async () => {
		const { key } = await withStore((store) => store.serviceApiKey(1, 'main'));
		await tamper(`UPDATE apiKey SET scopes = '['`);
		await withStore(async (store) => {
			expect(await store.findApiKey(key)).to.equal(undefined);
			const fresh = await store.serviceApiKey(1, 'main');
			expect(await store.findApiKey(fresh.key)).to.deep.equal(fresh);
		});
	});

	it('must make a new key when the scopes are not the wanted ones', async () => {
		const { key } = await withStore((store) => store.serviceApiKey(1, 'main'));
		await tamper(`UPDATE apiKey SET scopes = '[{"type":"app","appId":9}]'`);
		const fresh = await withStore((store) => store.serviceApiKey(1, 'main'));
		expect(fresh.key).not.to.equal(key);
		expect(fresh.scopes).to.deep.equal([{ type: 'app', appId: 1 }]);
	});

	it('must finish a migration that was cut off', async () => {
		await withStore((store) => store.setSetting('kept', 1));
		await tamper('PRAGMA user_version = 0');
		await tamper('UPDATE knex_migrations_lock SET is_locked = 1');
		expect(await withStore((store) => store.getSetting('kept'))).to.equal(1);
	});

	it('must go on with the file of a newer supervisor', async () => {
		await withStore((store) => store.setSetting('kept', 1));
		await tamper('PRAGMA user_version = 99');
		await tamper('ALTER TABLE setting ADD COLUMN comment TEXT');
		expect(await withStore((store) => store.getSetting('kept'))).to.equal(1);
	});

	it('must fail with STORE_FAILED after it was closed, and close twice without failure', async () => {
		const store = await openAt(folder.databasePath, silentLogger);
		await Promise.all([store.close(), store.close()]);
		const failure = await store.listImages().catch((err: unknown) => err);
		expect(failure).to.include({ code: 'STORE_FAILED' });
	});
});

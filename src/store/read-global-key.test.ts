import { readdir } from 'node:fs/promises';
import { expect } from 'chai';
import { hasCode } from '../kit/errors.ts';
import { silentLogger } from '../kit/logger.ts';
import { readGlobalApiKey } from './read-global-key.ts';
import { makeTempFolder, openAt, type TempFolder } from './testing/temp-store.ts';

describe('readGlobalApiKey', () => {
	let folder: TempFolder;
	const read = (): Promise<string | undefined> => readGlobalApiKey(folder.databasePath);

	beforeEach(async () => {
		folder = await makeTempFolder();
	});
	afterEach(() => folder.remove());

	it('must read the key while the supervisor has the database open, and afterwards', async () => {
		const store = await openAt(folder.databasePath, silentLogger);
		expect(await read()).to.equal(undefined);
		const { key } = await store.globalApiKey();
		await store.serviceApiKey(1, 'main');
		expect(await read()).to.equal(key);
		await store.close();
		expect(await read()).to.equal(key);
	});

	it('must make nothing where there is no database', async () => {
		const failure = await read().catch((err: unknown) => err);
		expect(hasCode(failure, 'STORE_FAILED')).to.equal(true);
		expect(await readdir(folder.path)).to.deep.equal([]);
	});
});

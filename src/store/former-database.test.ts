import { createHash } from 'node:crypto';
import {
	copyFile,
	mkdir,
	readdir,
	readFile,
	rename,
	truncate,
	utimes,
	writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import knex from 'knex';
import { systemRandom } from '../kit/random.ts';
import { createFakeClock } from '../kit/testing/fake-clock.ts';
import { decodeTargetDevice } from '../model/target-document.ts';
import type { StateStore } from '../ports/state-store.ts';
import { LocalRecord } from '../control/local-store.ts';
import { openDatabase } from './open-database.ts';
import { openStateStore } from './open-state-store.ts';
import { readGlobalApiKey } from './read-global-key.ts';
import { makeFormerFile, type FormerFile } from './testing/former-file.ts';
import { createListLogger, makeTempFolder, type TempFolder } from './testing/temp-store.ts';

const apiEndpoint = 'https://api.example.com';
const [globalKey, serviceKey] = ['a'.repeat(32), 'b'.repeat(32)];

const service = {
	...{ appId: 7, appUuid: 'uuid-7', releaseId: 88, commit: 'c1' },
	...{ serviceName: 'main', serviceId: 31, imageId: 65, image: 'r/main@sha256:0' },
	...{ environment: { A: '1' }, labels: { 'io.balena.features.supervisor-api': '1' } },
	composition: { restart: 'always', volumes: ['data:/data'] },
};

const content: FormerFile = {
	config: {
		...{ name: 'morning-shadow', targetStateSet: 'true', initialConfigReported: apiEndpoint },
		...{ pinDevice: '{"app":7,"commit":"c1"}', listenPortOverride: '48485', delta: 'true' },
	},
	variables: { SUPERVISOR_POLL_INTERVAL: '900000', HOST_CONFIG_gpu_mem: 64, 'not a name': 'x' },
	apps: [
		{
			...{ appId: 7, uuid: 'uuid-7', name: 'fleet', source: `${apiEndpoint}/` },
			...{ releaseId: 88, commit: 'c1', services: [service], volumes: { data: {} } },
		},
		{ appId: 1, uuid: '1', name: 'localapp', source: 'local' },
	],
	commits: { 7: 'c1', 8: 'c2' },
	keys: [
		{ appId: 0, serviceName: null, key: globalKey },
		{ appId: 7, serviceName: 'main', key: serviceKey },
	],
	images: [
		{
			...{ name: 'r/main@sha256:0', appId: 7, appUuid: 'uuid-7', serviceId: 31 },
			...{ serviceName: 'main', imageId: 65, releaseId: 88, commit: 'c1' },
		},
	],
};

function openFile(filename: string): knex.Knex {
	const connection = { filename };
	return knex({ client: 'sqlite3', connection, useNullAsDefault: true, pool: { min: 1, max: 1 } });
}

/** Leaves the files as a power cut does in the midst of a transaction that has written to the database already. */
async function cutOffInTransaction(file: string, sql: string): Promise<void> {
	const database = openFile(file);
	const filler = 'x'.repeat(200);
	await database.raw('PRAGMA cache_size = 2');
	await database.raw('BEGIN');
	await database.raw(sql);
	for (let row = 0; row < 200; row += 1)
		await database('config').insert({ key: row, value: filler });
	for (const suffix of ['', '-journal']) await copyFile(file + suffix, `${file}${suffix}.cut`);
	await database.raw('ROLLBACK');
	await database.destroy();
	for (const suffix of ['', '-journal']) await rename(`${file}${suffix}.cut`, file + suffix);
}

describe('a data folder with the database of a former supervisor', function () {
	this.timeout(20_000); // each write waits for a disk that others use too
	let folder: TempFolder;
	let formerPath: string;
	let log: ReturnType<typeof createListLogger>;
	beforeEach(async () => {
		folder = await makeTempFolder();
		formerPath = path.join(folder.path, 'database.sqlite');
		log = createListLogger();
	});
	afterEach(() => folder.remove());

	const openAt = (file: string, endpoint = apiEndpoint): Promise<StateStore> =>
		openStateStore({
			path: path.join(folder.path, file),
			apiEndpoint: endpoint,
			...{ clock: createFakeClock(), random: systemRandom, log },
		});
	const use = async <T>(
		work: (store: StateStore) => Promise<T>,
		file = 'holdfast.sqlite',
		endpoint = apiEndpoint,
	) => {
		const store = await openAt(file, endpoint);
		return work(store).finally(() => store.close());
	};
	const digestOfFormer = async (): Promise<string> =>
		createHash('sha256')
			.update(await readFile(formerPath))
			.digest('hex');
	const said = (level: string): string[] =>
		log.lines.filter((line) => line.level === level).map(({ message }) => message);

	for (const file of ['holdfast.sqlite', 'database.sqlite']) {
		it(`must leave it as it is, and keep its own beside it, when told to use ${file}`, async () => {
			await makeFormerFile(formerPath, content);
			const before = await digestOfFormer();
			await use((store) => store.setSetting('kept', 1), file);
			expect(await use((store) => store.getSetting('kept'), file)).to.equal(1);
			expect(await digestOfFormer()).to.equal(before);
			expect((await readdir(folder.path)).sort()).to.deep.equal([
				'database.sqlite',
				'holdfast.sqlite',
			]);
			expect(await readGlobalApiKey(path.join(folder.path, file))).to.equal(globalKey);
		});
	}

	it('must take over the keys', async () => {
		await makeFormerFile(formerPath, content);
		await use(async (store) => {
			expect((await store.globalApiKey()).key).to.equal(globalKey);
			expect((await store.serviceApiKey(7, 'main')).key).to.equal(serviceKey);
			expect(await store.findApiKey(serviceKey)).to.deep.equal({
				...{ appId: 7, serviceName: 'main', key: serviceKey },
				scopes: [{ type: 'app', appId: 7 }],
			});
		});
	});

	it('must take over the target that the cloud set', async () => {
		await makeFormerFile(formerPath, content);
		const stored = await use((store) => store.loadTarget());
		expect(stored?.source).to.equal('cloud');
		expect(stored).not.to.have.property('etag');
		const target = decodeTargetDevice(stored?.document);
		expect(target.rejected).to.deep.equal([]);
		expect(target.deviceName).to.equal('morning-shadow');
		expect(target.config).to.deep.equal({
			...{ SUPERVISOR_POLL_INTERVAL: '900000', HOST_CONFIG_gpu_mem: '64' },
		});
		expect(target.apps.map(({ appUuid }) => appUuid)).to.deep.equal(['uuid-7']);
		const [app] = target.apps;
		expect(app).to.deep.include({ appId: 7, name: 'fleet', class: 'fleet', isHost: false });
		expect(app?.release).to.deep.include({ releaseId: 88, commit: 'c1' });
		expect(app?.release?.volumes).to.have.keys('data');
		expect(app?.release?.services[0]).to.deep.include({
			...{ serviceName: 'main', serviceId: 31, imageId: 65, image: 'r/main@sha256:0' },
			...{ environment: { A: '1' }, labels: { 'io.balena.features.supervisor-api': '1' } },
		});
	});

	it('must take over commits, images and the settings that outlive a target', async () => {
		await makeFormerFile(formerPath, content);
		await use(async (store) => {
			expect(await store.currentCommits()).to.deep.equal({ 'uuid-7': 'c1' });
			expect(await store.listImages()).to.deep.equal([
				{
					...{ reference: 'r/main@sha256:0', appUuid: 'uuid-7', serviceName: 'main' },
					...{ serviceId: 31, imageId: 65, releaseId: 88, commit: 'c1' },
				},
			]);
			expect(await store.getSetting('initialConfigReported')).to.equal(apiEndpoint);
			expect(await store.getSetting('pinDevice')).to.deep.equal({ app: 7, commit: 'c1' });
			expect(await store.getSetting('listenPortOverride')).to.equal(48485);
		});
		expect(said('info')).to.include(
			'database of the former supervisor is taken over, its file stays',
		);
		expect(said('warn')).to.deep.equal([
			'apps of another cloud or of an ended local mode are not taken over',
		]);
	});

	for (const { name, variables, endpoint, isTaken } of [
		{
			name: 'local mode is on',
			variables: { SUPERVISOR_LOCAL_MODE: '1' },
			endpoint: apiEndpoint,
			isTaken: true,
		},
		{ name: 'there is no cloud', variables: {}, endpoint: '', isTaken: true },
		{ name: 'local mode is over', variables: {}, endpoint: apiEndpoint, isTaken: false },
	]) {
		it(`must ${isTaken ? '' : 'not '}take over what a developer had posted when ${name}`, async () => {
			const apps = (content.apps ?? []).map((app) => ({ ...app, commit: 'c9', releaseId: 1 }));
			await makeFormerFile(formerPath, { ...content, variables, apps });
			const record = LocalRecord.safeParse(
				await use((store) => store.getSetting('localTarget'), 'holdfast.sqlite', endpoint),
			);
			expect(record.success).to.equal(isTaken);
			expect(Object.keys(record.data?.apps ?? {})).to.deep.equal(isTaken ? ['1'] : []);
		});
	}

	it('must take it over once: what happens later counts', async () => {
		await makeFormerFile(formerPath, content);
		const renewed = await use((store) => store.regenerateApiKey(globalKey));
		await use((store) => store.saveTarget({ source: 'cloud', document: { newer: true } }));
		await utimes(formerPath, new Date(), new Date());
		await use(async (store) => {
			expect((await store.globalApiKey()).key).to.equal(renewed?.key);
			expect((await store.loadTarget())?.document).to.deep.equal({ newer: true });
		});
	});

	it('must not take over again what only tools have touched since', async () => {
		await makeFormerFile(formerPath, content);
		await use((store) => store.saveTarget({ source: 'cloud', document: { newer: true } }));
		const tool = openFile(formerPath);
		await tool('config').insert({ key: 'listenPortOverride', value: '1' });
		await tool.raw('VACUUM');
		await tool.destroy();
		expect((await use((store) => store.loadTarget()))?.document).to.deep.equal({ newer: true });
	});

	it('must take over what that supervisor did when it was at work again in between', async () => {
		await use((store) => store.serviceApiKey(7, 'main'));
		const cloudTarget = { source: 'cloud', document: { older: true }, etag: 'e' } as const;
		await use((store) => store.saveTarget(cloudTarget));
		await makeFormerFile(formerPath, content);
		await use(async (store) => {
			expect((await store.globalApiKey()).key).to.equal(globalKey);
			expect((await store.serviceApiKey(7, 'main')).key).to.equal(serviceKey);
			const stored = await store.loadTarget();
			expect(stored).not.to.have.property('etag');
			expect(decodeTargetDevice(stored?.document).deviceName).to.equal('morning-shadow');
		});
		await use((store) => store.saveTarget({ source: 'cloud', document: { newer: true } }));
		expect((await use((store) => store.loadTarget()))?.document).to.deep.equal({ newer: true });
	});

	it('must take it over at the next start when the first one was cut off before', async () => {
		await makeFormerFile(formerPath, content);
		const { database } = await openDatabase({
			...{ path: path.join(folder.path, 'holdfast.sqlite'), clock: createFakeClock(), log },
		});
		await database.destroy();
		expect((await use((store) => store.globalApiKey())).key).to.equal(globalKey);
		expect(await use((store) => store.loadTarget())).to.have.property('source', 'cloud');
	});

	it('must not bring the old target back when its own database is damaged later', async () => {
		await makeFormerFile(formerPath, content);
		await use((store) => store.globalApiKey());
		await writeFile(path.join(folder.path, 'holdfast.sqlite'), 'no database at all');
		expect(await use((store) => store.loadTarget())).to.equal(undefined);
		expect(await use((store) => store.loadTarget())).to.equal(undefined);
	});

	it('must undo, in a copy, what the former supervisor was cut off in', async () => {
		await makeFormerFile(formerPath, content);
		const whole = await digestOfFormer();
		await cutOffInTransaction(formerPath, 'DELETE FROM apiSecret');
		const torn = await digestOfFormer();
		expect(torn).not.to.equal(whole);
		expect((await use((store) => store.globalApiKey())).key).to.equal(globalKey);
		expect(await digestOfFormer()).to.equal(torn);
		expect(await readdir(folder.path)).to.include('database.sqlite-journal');
	});

	it('must keep a preload waiting only where a target was set', async () => {
		await makeFormerFile(formerPath, { ...content, config: {}, apps: [] });
		expect(await use((store) => store.loadTarget())).to.equal(undefined);
	});

	it('must remember that the target was one without apps', async () => {
		await makeFormerFile(formerPath, { ...content, apps: [] });
		const stored = await use((store) => store.loadTarget());
		expect(decodeTargetDevice(stored?.document).apps).to.deep.equal([]);
	});

	const partial: { name: string; spoil: string; lost: string }[] = [
		{ name: 'no table of keys', spoil: 'DROP TABLE apiSecret', lost: 'apiKeys' },
		{ name: 'apps of an older form', spoil: 'DROP TABLE app', lost: 'apps' },
		{ name: 'no variables', spoil: 'DROP TABLE deviceConfig', lost: 'variables' },
	];
	for (const { name, spoil, lost } of partial) {
		it(`must take over what else there is when it has ${name}, and say so`, async () => {
			await makeFormerFile(formerPath, content, [spoil]);
			await use((store) => store.globalApiKey());
			const told = log.lines.find(({ message }) => message.startsWith('parts of the former'));
			expect(JSON.stringify(told?.fields)).to.include(`${lost}: `);
			const key = await use((store) => store.findApiKey(globalKey));
			expect(key === undefined).to.equal(lost === 'apiKeys');
			expect((await use((store) => store.listImages())).length).to.equal(1);
		});
	}

	it('must leave out rows it cannot read', async () => {
		await makeFormerFile(formerPath, content, [
			`INSERT INTO apiSecret (appId, serviceName, scopes, "key") VALUES (7, 'b', 'no json', 'x'), (7, 'c', '[]', '')`,
			`INSERT INTO image (name, appId, serviceName) VALUES ('r/old', 7, 'main')`,
			`UPDATE app SET services = '[{' WHERE appId = 1`,
		]);
		await use(async (store) => {
			expect((await store.globalApiKey()).key).to.equal(globalKey);
			expect(await store.listImages()).to.have.lengthOf(1);
			expect(decodeTargetDevice((await store.loadTarget())?.document).apps).to.have.lengthOf(1);
		});
		expect(said('warn')).to.include('damaged row is left out');
	});

	const unreadable: { name: string; spoil: () => Promise<void> }[] = [
		{ name: 'text', spoil: () => writeFile(formerPath, 'not a database\n'.repeat(1000)) },
		{
			name: 'cut off',
			spoil: async () => {
				await makeFormerFile(formerPath, content);
				await truncate(formerPath, 5000);
			},
		},
		{ name: 'a folder', spoil: () => mkdir(formerPath) },
	];
	for (const { name, spoil } of unreadable) {
		it(`must say in a line that it is ${name}, leave it, and go on without it`, async () => {
			await spoil();
			const before = await readdir(folder.path);
			await use((store) => store.setSetting('works', true));
			expect(said('warn')).to.deep.equal([
				'database of the former supervisor cannot be read, going on without it',
			]);
			expect(said('error')).to.deep.equal([]);
			expect((await readdir(folder.path)).sort()).to.deep.equal(
				[...before, 'holdfast.sqlite'].sort(),
			);
		});
	}

	it('must go on with a database of its own under the former name', async () => {
		await use((store) => store.setSetting('kept', 1), 'database.sqlite');
		expect(await use((store) => store.getSetting('kept'), 'holdfast.sqlite')).to.equal(1);
		expect(await readdir(folder.path)).to.deep.equal(['database.sqlite']);
	});
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createCloud } from './create-cloud.ts';
import { FleetsFileError, parseFleets } from './fleets-file.ts';

const key = 'provision-key';
const commit = 'c'.repeat(32);
const release = { commit, composition: { services: { main: {} } }, images: { main: 'r/v2/a' } };

describe('parseFleets', () => {
	for (const c of [
		{ name: 'not YAML', text: 'fleets: [', says: 'not valid' },
		{ name: 'empty', text: '', says: 'not valid' },
		{ name: 'no fleets', text: 'fleets: []', says: 'fleets' },
		{ name: 'no key', text: 'fleets: [{name: a}]', says: 'provisioningKey' },
		{
			name: 'an unknown device type',
			text: `fleets: [{name: a, provisioningKey: ${key}, deviceType: toaster}]`,
			says: 'not a device type',
		},
	]) {
		it(`must say what is wrong: ${c.name}`, () => {
			expect(() => parseFleets(c.text)).to.throw(FleetsFileError, c.says);
		});
	}

	it('must fill in what may be left out', () => {
		expect(parseFleets(`fleets: [{name: a, provisioningKey: ${key}}]`)).to.deep.equal([
			{ name: 'a', provisioningKey: key, deviceType: 'generic-amd64', releases: [] },
		]);
	});
});

describe('fleets at start', () => {
	let dir: string;
	beforeEach(async () => (dir = await mkdtemp(join(tmpdir(), 'hf-cloud-'))));
	afterEach(() => rm(dir, { recursive: true }));
	const open = (fleet: object = {}) =>
		createCloud({
			databasePath: join(dir, 'cloud.sqlite'),
			userKey: 'user-key',
			fleets: [{ name: 'a', provisioningKey: key, ...fleet }],
		});

	it('must keep identity and target over a restart, and take over a new key', async () => {
		const first = await open({ releases: [release] });
		const before = await first.store.fleets.find('a');
		await first.close();
		const second = await open({ provisioningKey: 'another-key', releases: [release] });
		const after = await second.store.fleets.find('a');
		await second.close();
		expect(before?.target_release_id).to.equal(1);
		expect(after).to.deep.equal({ ...before, provisioning_key: 'another-key' });
	});

	it('must not put a release of the file in the place of a newer target', async () => {
		const cloud = await open();
		const fleet = await cloud.store.fleets.find('a');
		const newer = await cloud.store.releases.create({
			fleetId: fleet?.id ?? 0,
			commit: 'd'.repeat(32),
			composition: { services: {} },
			imageIds: [],
			createdAt: new Date(),
		});
		await cloud.store.fleets.setTarget(1, newer.id);
		await cloud.close();
		const again = await open({ releases: [release] });
		expect((await again.store.fleets.find('a'))?.target_release_id).to.equal(newer.id);
		await again.close();
	});

	it('must read the file that comes with it', async () => {
		const fleetsFile = join(import.meta.dirname, 'fleets.yaml');
		const cloud = await createCloud({ userKey: 'user-key', fleetsFile });
		expect((await cloud.store.fleets.list()).map(({ name }) => name)).to.deep.equal(['hello']);
		await cloud.close();
	});
});

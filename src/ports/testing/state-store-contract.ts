import { expect } from 'chai';
import type { AppUuid, Commit } from '../../model/ids.ts';
import type { StateStore, StoredImage } from '../state-store.ts';

/** Builds a stored image; every member has a default. */
export function storedImage(change: Partial<StoredImage> = {}): StoredImage {
	return {
		reference: 'registry.example.com/web:1',
		appUuid: 'app-a',
		serviceName: 'web',
		serviceId: 31,
		imageId: 65,
		releaseId: 88,
		commit: 'c1',
		...change,
	};
}

export interface StateStoreHarness {
	/** A store without content. */
	open(): Promise<StateStore>;
	/** The same store after the process ended and began anew. */
	reopen(store: StateStore): Promise<StateStore>;
}

/** What every StateStore must do. */
export function describeStateStore(name: string, harness: StateStoreHarness): void {
	describe(`${name} as a StateStore`, () => {
		let store: StateStore;
		beforeEach(async () => {
			store = await harness.open();
		});
		afterEach(() => store.close());
		describe('target', () => targetObligations(() => store, reopen));
		describe('images', () => imageObligations(() => store));
		describe('commits and settings', () => valueObligations(() => store, reopen));
		describe('API keys', () => keyObligations(() => store, reopen));

		async function reopen(): Promise<StateStore> {
			store = await harness.reopen(store);
			return store;
		}
	});
}

function targetObligations(store: () => StateStore, reopen: () => Promise<StateStore>): void {
	it('must have no target at first', async () => {
		expect(await store().loadTarget()).to.equal(undefined);
	});

	it('must give back the last saved target after a restart', async () => {
		await store().saveTarget({ source: 'preload', document: { apps: {} } });
		const target = {
			source: 'cloud' as const,
			document: { name: 'naïve', config: { A: '1' }, apps: { u: { list: [1, null, ''] } } },
			etag: 'W/"x"',
		};
		await store().saveTarget(target);
		expect(await (await reopen()).loadTarget()).to.deep.equal(target);
	});

	it('must forget the ETag when a target is saved without one', async () => {
		await store().saveTarget({ source: 'cloud', document: {}, etag: 'a' });
		await store().saveTarget({ source: 'local', document: {} });
		expect(await store().loadTarget()).to.deep.equal({ source: 'local', document: {} });
	});
}

function imageObligations(store: () => StateStore): void {
	it('must keep one row per reference, app and service', async () => {
		await store().recordImages([storedImage()]);
		await store().recordImages([storedImage({ commit: 'c2', releaseId: 89 })]);
		await store().recordImages([storedImage({ serviceName: 'side' })]);
		expect(await store().listImages()).to.deep.equal([
			storedImage({ commit: 'c2', releaseId: 89 }),
			storedImage({ serviceName: 'side' }),
		]);
	});

	it('must record thousands at once, the last of those that are the same', async () => {
		const images = Array.from({ length: 2000 }, (_, index) =>
			storedImage({ reference: `image-${index}` }),
		);
		await store().recordImages([...images, storedImage({ reference: 'image-0', releaseId: 90 })]);
		await store().recordImages([]);
		const listed = await store().listImages();
		expect(listed).to.have.lengthOf(2000);
		expect(listed[0]).to.deep.equal(storedImage({ reference: 'image-0', releaseId: 90 }));
	});

	it('must forget every row of the references', async () => {
		await store().recordImages([storedImage()]);
		await store().recordImages([storedImage({ serviceName: 'side' })]);
		await store().recordImages([storedImage({ reference: 'other' })]);
		await store().forgetImages(['registry.example.com/web:1', 'unknown']);
		expect(await store().listImages()).to.deep.equal([storedImage({ reference: 'other' })]);
	});

	it('must forget thousands of references at once', async () => {
		const references = Array.from({ length: 5000 }, (_, index) => `image-${index}`);
		await store().recordImages([storedImage({ reference: 'image-4999' })]);
		await store().forgetImages(references);
		await store().forgetImages([]);
		expect(await store().listImages()).to.deep.equal([]);
	});
}

function valueObligations(store: () => StateStore, reopen: () => Promise<StateStore>): void {
	it('must keep the last commit of each app', async () => {
		await store().recordCommit('a' as AppUuid, 'c1' as Commit);
		await store().recordCommit('a' as AppUuid, 'c2' as Commit);
		await store().recordCommit('b' as AppUuid, 'c3' as Commit);
		await store().forgetCommit('b');
		await store().forgetCommit('never there');
		expect(await (await reopen()).currentCommits()).to.deep.equal({ a: 'c2' });
	});

	for (const value of [true, 0, '', null, { app: 1, commit: 'x' }, ['a']]) {
		it(`must give back the setting ${JSON.stringify(value)} after a restart`, async () => {
			await store().setSetting('name', value);
			expect(await (await reopen()).getSetting('name')).to.deep.equal(value);
		});
	}

	it('must have no value for a setting that is not there or was removed', async () => {
		await store().setSetting('name', 1);
		await store().setSetting('name', undefined);
		expect(await store().getSetting('name')).to.equal(undefined);
		expect(await store().getSetting('other')).to.equal(undefined);
	});
}

function keyObligations(store: () => StateStore, reopen: () => Promise<StateStore>): void {
	it('must make the global key once, however many ask', async () => {
		const asked = await Promise.all([1, 2, 3].map(() => store().globalApiKey()));
		expect(new Set(asked.map(({ key }) => key))).to.have.lengthOf(1);
		expect(asked[0]?.key).to.match(/^[0-9a-f]{32}$/);
		expect(await (await reopen()).globalApiKey()).to.deep.equal({
			key: asked[0]?.key,
			appId: 0,
			scopes: [{ type: 'global' }],
		});
	});

	it('must give each service of each app a key of its own', async () => {
		const keys = [
			await store().serviceApiKey(1, 'main'),
			await store().serviceApiKey(1, 'side'),
			await store().serviceApiKey(2, 'main'),
		];
		expect(new Set(keys.map(({ key }) => key))).to.have.lengthOf(3);
		expect(await store().serviceApiKey(1, 'main')).to.deep.equal({
			key: keys[0]?.key,
			appId: 1,
			serviceName: 'main',
			scopes: [{ type: 'app', appId: 1 }],
		});
	});

	it('must take over the key that a service holds, once, when it has none for it', async () => {
		const held = 'f'.repeat(32);
		let asked = 0;
		const ask = () => {
			asked += 1;
			return Promise.resolve(held);
		};
		expect((await store().serviceApiKey(1, 'main', { held: ask })).key).to.equal(held);
		expect((await store().serviceApiKey(1, 'main', { held: ask })).key).to.equal(held);
		expect(asked).to.equal(1);
		expect((await store().findApiKey(held))?.serviceName).to.equal('main');
		expect((await (await reopen()).serviceApiKey(1, 'main')).key).to.equal(held);
	});

	it('must take over no key that is malformed or belongs to another', async () => {
		const { key } = await store().globalApiKey();
		for (const [service, held] of Object.entries({ a: key, b: '', c: 'short', d: undefined })) {
			const made = await store().serviceApiKey(1, service, {
				held: () => Promise.resolve(held),
			});
			expect(made.key)
				.to.match(/^[0-9a-f]{32}$/)
				.and.not.equal(held);
		}
		expect((await store().findApiKey(key))?.scopes).to.deep.equal([{ type: 'global' }]);
	});

	it('must find keys and nothing else', async () => {
		const known = await store().serviceApiKey(1, 'main');
		expect(await store().findApiKey(known.key)).to.deep.equal(known);
		for (const other of ['', known.key.slice(1), `${known.key}0`, known.key.toUpperCase() + ' ']) {
			expect(await store().findApiKey(other)).to.equal(undefined);
		}
	});

	it('must replace a key, so that the former is unknown', async () => {
		const former = await store().serviceApiKey(1, 'main');
		const replaced = await store().regenerateApiKey(former.key);
		expect(replaced).to.deep.equal({ ...former, key: replaced?.key });
		expect(replaced?.key).not.to.equal(former.key);
		expect(await store().findApiKey(former.key)).to.equal(undefined);
		expect(await (await reopen()).findApiKey(replaced?.key ?? '')).to.deep.equal(replaced);
		expect(await store().regenerateApiKey(former.key)).to.equal(undefined);
	});

	it('must know a key with named scopes, and replace one whose scopes change', async () => {
		const plain = await store().serviceApiKey(1, 'main');
		const scoped = await store().serviceApiKey(1, 'main', { scopes: ['read', 'host'] });
		expect(scoped.key).not.to.equal(plain.key);
		expect(await (await reopen()).findApiKey(scoped.key)).to.have.deep.property('scopes', [
			{ type: 'app', appId: 1 },
			{ type: 'read' },
			{ type: 'host' },
		]);
		expect(await store().serviceApiKey(1, 'main', { scopes: ['read', 'host'] })).to.deep.equal(
			scoped,
		);
	});

	it('must know a replaced key for as long as somebody holds it', async () => {
		const first = await store().serviceApiKey(1, 'main');
		const second = await store().regenerateApiKey(first.key, ['container1']);
		expect(await store().findApiKey(first.key)).to.deep.equal(first);
		const again = await reopen();
		expect(await again.findApiKey(first.key)).to.deep.equal(first);
		expect(await again.findApiKey(second?.key ?? '')).to.deep.equal(second);
		expect(await again.serviceApiKey(1, 'main')).to.deep.equal(second);
		await again.retireApiKeys(({ holders }) => holders.includes('container1'));
		expect(await again.findApiKey(first.key)).to.deep.equal(first);
		await again.retireApiKeys(() => false);
		expect(await again.findApiKey(first.key)).to.equal(undefined);
		expect(await again.findApiKey(second?.key ?? '')).to.deep.equal(second);
	});

	it('must replace the present key for the holder of a former one', async () => {
		const first = await store().globalApiKey();
		const second = await store().regenerateApiKey(first.key, ['cloud']);
		const third = await store().regenerateApiKey(first.key, ['cloud']);
		expect((await store().globalApiKey()).key).to.equal(third?.key);
		for (const key of [first.key, second?.key ?? '', third?.key ?? '']) {
			expect(await store().findApiKey(key)).to.deep.equal({ ...first, key });
		}
	});

	it('must keep the key of the container, however often it is replaced', async () => {
		const first = await store().serviceApiKey(1, 'main');
		for (let times = 0; times < 20; times += 1) {
			await store().regenerateApiKey(first.key, ['container1']);
		}
		expect(await store().findApiKey(first.key)).to.deep.equal(first);
	});

	it('must give a former key the scopes that its owner has now', async () => {
		const first = await store().serviceApiKey(1, 'main', { scopes: ['host'] });
		const second = await store().serviceApiKey(1, 'main', { holders: ['container1'] });
		expect(await store().findApiKey(first.key)).to.deep.equal({ ...second, key: first.key });
	});
}

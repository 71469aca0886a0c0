import { expect } from 'chai';
import type { StoredTarget } from '../ports/state-store.ts';
import { createStoredEtag } from './stored-etag.ts';

describe('createStoredEtag', () => {
	const document = { name: 'gate-12', config: {}, apps: {} };
	const etag = 'W/"31c-abc"';
	const etagOf = (stored: StoredTarget | undefined): Promise<string | undefined> =>
		createStoredEtag({ loadTarget: () => Promise.resolve(stored) })();

	it('must be that of the cloud’s target', async () => {
		expect(await etagOf({ source: 'cloud', document, etag })).to.equal(etag);
	});

	it('must be none of a target that came from elsewhere, or that has none', async () => {
		expect(await etagOf(undefined)).to.equal(undefined);
		expect(await etagOf({ source: 'local', document, etag })).to.equal(undefined);
		expect(await etagOf({ source: 'cloud', document })).to.equal(undefined);
	});

	it('must be none of a target that cannot be read any more, so that the cloud sends it again', async () => {
		const unreadable = { ...document, apps: 'by another version' };
		expect(await etagOf({ source: 'cloud', document: unreadable, etag })).to.equal(undefined);
	});

	it('must follow what is stored', async () => {
		let stored: StoredTarget = { source: 'cloud', document, etag };
		const read = createStoredEtag({ loadTarget: () => Promise.resolve(stored) });
		expect(await read()).to.equal(etag);
		stored = { source: 'cloud', document: undefined, etag: 'W/"2"' };
		expect(await read()).to.equal(undefined);
		stored = { source: 'cloud', document, etag: 'W/"3"' };
		expect(await read()).to.equal('W/"3"');
	});
});

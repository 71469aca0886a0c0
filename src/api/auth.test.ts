import { expect } from 'chai';
import type { ApiScope } from '../ports/state-store.ts';
import { authenticate, readKey, type Caller } from './auth.ts';

const credentials = { query: { apikey: 'k' } };

function callerWith(
	scopes: readonly ApiScope[],
	{ isStrict = false, isOpen = false } = {},
): Promise<Caller | undefined> {
	const found = scopes.length === 0 ? undefined : { key: 'k', appId: 1, scopes };
	return authenticate(credentials, {
		keys: { findApiKey: () => Promise.resolve(found) },
		isOpen: () => isOpen,
		isStrict: () => isStrict,
	});
}

/** What a caller may do, as words. */
function powersOf(caller: Caller | undefined): string {
	if (caller === undefined) return 'nobody';
	const apps = [1, 2].flatMap((appId) => [
		...(caller.reaches(appId, 'read') ? [`see${appId}`] : []),
		...(caller.reaches(appId) ? [`change${appId}`] : []),
	]);
	const device = (['read', 'control', 'host'] as const).filter((scope) => caller.may(scope));
	return [...apps, ...device].join(' ');
}

const app: ApiScope = { type: 'app', appId: 1 };
const all = 'see1 change1 see2 change2 read control host';

describe('what a key opens', () => {
	const cases: { scopes: ApiScope[]; open: string; strict: string }[] = [
		{ scopes: [], open: 'nobody', strict: 'nobody' },
		{ scopes: [{ type: 'global' }], open: all, strict: all },
		{ scopes: [app], open: 'see1 change1 read control host', strict: 'see1 change1' },
		{ scopes: [{ type: 'read' }], open: 'see1 see2 read', strict: 'see1 see2 read' },
		{
			scopes: [{ type: 'control' }],
			open: 'see1 change1 see2 change2 read control',
			strict: 'see1 change1 see2 change2 read control',
		},
		{ scopes: [{ type: 'host' }], open: 'host', strict: 'host' },
		{
			scopes: [app, { type: 'host' }],
			open: 'see1 change1 read control host',
			strict: 'see1 change1 host',
		},
		{
			scopes: [app, { type: 'read' }],
			open: 'see1 change1 see2 read control host',
			strict: 'see1 change1 see2 read',
		},
	];
	for (const { scopes, open, strict } of cases) {
		const name = scopes.map(({ type }) => type).join(', ') || 'none';
		it(`must be what its scopes say: ${name}`, async () => {
			expect(powersOf(await callerWith(scopes))).to.equal(open);
			expect(powersOf(await callerWith(scopes, { isStrict: true }))).to.equal(strict);
		});
	}

	it('must be everything while no key is needed, for whoever gives none or a wrong one', async () => {
		const caller = await callerWith([], { isOpen: true, isStrict: true });
		expect(powersOf(caller)).to.equal(all);
		expect(caller?.key).to.equal('k');
	});
});

describe('the key of a request', () => {
	const cases = [
		{ query: { apikey: 'q' }, authorization: 'Bearer h', key: 'q' },
		{ query: { apikey: '' }, authorization: 'bEaReR h', key: 'h' },
		{ query: { apikey: ['q', 'r'] }, authorization: 'ApiKey h', key: 'h' },
		{ query: { APIKEY: 'q' }, authorization: undefined, key: undefined },
		{ query: {}, authorization: 'Basic h', key: undefined },
		{ query: {}, authorization: 'Bearer a-b', key: undefined },
	];
	for (const { key, ...given } of cases) {
		it(`must be read from the query, then from the header: ${JSON.stringify(given)}`, () => {
			expect(readKey(given)).to.equal(key);
		});
	}
});

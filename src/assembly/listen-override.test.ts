import { expect } from 'chai';
import { listenOverrideOf } from './listen-override.ts';

describe('listenOverrideOf', () => {
	const of = (value: unknown) => listenOverrideOf({ getSetting: () => Promise.resolve(value) });

	for (const set of [48_485, '48485']) {
		it(`must be the gateway of supervisor0 with the port: ${JSON.stringify(set)}`, async () => {
			expect(await of(set)).to.deep.equal({ host: '10.114.104.1', port: 48_485 });
		});
	}

	for (const unusable of [undefined, null, '', 'x', 0, 70_000]) {
		it(`must be absent for ${JSON.stringify(unusable)}`, async () => {
			expect(await of(unusable)).to.equal(undefined);
		});
	}
});

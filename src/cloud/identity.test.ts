import { expect } from 'chai';
import { readCloudAccess } from './identity.ts';
import { createMemoryConfig } from './testing/memory-config.ts';

describe('readCloudAccess', () => {
	const config = createMemoryConfig({
		apiEndpoint: 'https://api.example.com',
		uuid: 'a'.repeat(32),
		deviceApiKey: 'key',
	});
	const baseWith = async (override: string | undefined): Promise<string> =>
		(await readCloudAccess({ config, apiEndpointOverride: () => Promise.resolve(override) }))
			.apiEndpoint;

	it('must go where apiEndpointOverride points, for whatever asks', async () => {
		expect(await baseWith('http://127.0.0.1:1234')).to.equal('http://127.0.0.1:1234');
	});

	for (const [name, none] of [
		['absent', undefined],
		['empty', ''],
	] as const) {
		it(`must go where config.json points when it is ${name}`, async () => {
			expect(await baseWith(none)).to.equal('https://api.example.com');
		});
	}
});

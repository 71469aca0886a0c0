import { expect } from 'chai';
import type { ConfigFile } from '../host.ts';

export interface OpenedConfigFile {
	readonly file: ConfigFile;
	/** What is stored. */
	readonly content: () => Promise<unknown>;
}

/**
 * What every ConfigFile must do.
 * @param open - a file with this content
 */
export function describeConfigFile(
	name: string,
	open: (content: Readonly<Record<string, unknown>>) => Promise<OpenedConfigFile>,
): void {
	describe(`${name} as a ConfigFile`, () => {
		it('must give the content with defaults filled in', async () => {
			const { file } = await open({ applicationId: '2167' });
			expect(await file.read()).to.include({ applicationId: 2167, listenPort: 48484 });
		});

		it('must merge an update over what is there, as it is there, and remove undefined', async () => {
			const { file, content } = await open({
				applicationId: '2167',
				apiKey: 'k',
				vpnEndpoint: 'vpn.example.com',
				files: { 'a/b': 'text' },
			});
			const updated = await file.update({ deviceId: 7, apiKey: undefined });
			expect(updated)
				.to.include({ deviceId: 7, applicationId: 2167 })
				.and.not.have.property('apiKey');
			expect(await file.read()).to.deep.equal(updated);
			expect(await content()).to.deep.equal({
				applicationId: '2167',
				vpnEndpoint: 'vpn.example.com',
				files: { 'a/b': 'text' },
				deviceId: 7,
			});
		});

		it('must run updates one after another', async () => {
			const { file, content } = await open({});
			const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
			await Promise.all(keys.map((key) => file.update({ [key]: 1 })));
			expect(await content()).to.deep.equal(Object.fromEntries(keys.map((key) => [key, 1])));
		});
	});
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ToolError } from '../effects/errors.ts';
import { readDeviceConfig, toDevCloudConfig } from './device-config.ts';
import { readPreloadImages } from './preload.ts';

function errorOf(act: () => unknown): ToolError {
	try {
		act();
	} catch (thrown) {
		if (thrown instanceof ToolError) return thrown;
		throw thrown;
	}
	throw new Error('nothing was thrown');
}

describe('files that a person hands to dindctl', () => {
	const dir = mkdtempSync(join(tmpdir(), 'dindctl-files-'));
	const file = (text: string) => {
		const path = join(dir, 'file.json');
		writeFileSync(path, text);
		return path;
	};
	after(() => rmSync(dir, { recursive: true }));

	const badConfigs = [
		{ name: 'not JSON', text: '{"a": ', says: /is not JSON/ },
		{ name: 'empty', text: '  ', says: /is empty/ },
		{
			name: 'with comments',
			text: '{"applicationId": "1", /* the app */ "a": 1}',
			says: /comments are not part of JSON/,
		},
		{ name: 'a list', text: '[]', says: /the document: / },
		{
			name: 'wrong types',
			text: '{"applicationId": {}, "apiEndpoint": 7}',
			says: /apiEndpoint[^]*applicationId/,
		},
		{
			name: 'an endpoint that is no URL',
			text: '{"apiEndpoint": "api.test"}',
			says: /http or https URL/,
		},
		{
			name: 'one that the supervisor would not start with',
			text: '{"apiTimeout": "soon"}',
			says: /apiTimeout must be .*"soon"/,
		},
		{ name: 'a bad port', text: '{"listenPort": 70000}', says: /listenPort: must be 1 to 65535/ },
	];
	for (const { name, text, says } of badConfigs) {
		it(`must refuse a config.json that is ${name}, naming the file`, () => {
			const path = file(text);
			const error = errorOf(() => readDeviceConfig(path));
			expect(error.message).to.match(says).and.to.include(path);
			expect(error.todo).to.be.a('string');
		});
	}

	it('must name a config.json that is not there', () => {
		const error = errorOf(() => readDeviceConfig(join(dir, 'absent.json')));
		expect(error.message).to.include('absent.json').and.to.include('cannot be read');
	});

	it('must take a config.json of 2017, numbers as text and unknown keys kept', () => {
		const config = readDeviceConfig(
			file(
				JSON.stringify({
					applicationId: '2167',
					apiKey: 'supersecretapikey',
					userId: '141',
					username: 'gh_someone',
					deviceType: 'intel-nuc',
					apiEndpoint: 'https://api.example.test',
					listenPort: 48484,
					mixpanelToken: 'aaaa',
				}),
			),
		);
		expect(config).to.include({ applicationId: 2167, mixpanelToken: 'aaaa', listenPort: 48484 });
	});

	it('must make a config.json for the development cloud without an identity', () => {
		const config = toDevCloudConfig({
			id: 1,
			provisioningKey: 'p',
			deviceType: 'generic-amd64',
		});
		expect(config).to.include({ applicationId: 1, apiKey: 'p', deviceType: 'generic-amd64' });
		expect(config).to.not.have.any.keys('uuid', 'deviceApiKey', 'registered_at', 'deviceId');
	});

	const preloads = [
		{
			name: 'the list of 2017',
			value: [{ appId: '1', name: 'a', commit: 'c', imageId: 'r/a', env: {}, config: {} }],
			images: ['r/a'],
		},
		{
			name: 'apps by id',
			value: { apps: { 1: { services: { 1: { image: 'r/a' }, 2: { image: 'r/b' } } } } },
			images: ['r/a', 'r/b'],
		},
		{
			name: 'apps by uuid, an image twice',
			value: {
				apps: {
					u: { releases: { c: { services: { a: { image: 'r/a' }, b: { image: 'r/a' } } } } },
				},
			},
			images: ['r/a'],
		},
	];
	for (const { name, value, images } of preloads) {
		it(`must find the images of an apps.json: ${name}`, () => {
			expect(readPreloadImages(file(JSON.stringify(value)))).to.deep.equal(images);
		});
	}

	it('must say what is wrong with an apps.json', () => {
		const error = errorOf(() => readPreloadImages(file('[{"appId": "1"}]')));
		expect(error.message).to.match(/0\.imageId/);
		expect(errorOf(() => readPreloadImages(file('[]'))).message).to.match(/at least one app/);
	});
});

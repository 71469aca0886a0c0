import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { checkConfigJson, configJsonDocs, configJsonKeys } from './config-json.ts';

const problemsOf = (json: unknown): readonly string[] => {
	const result = checkConfigJson(json);
	return result.ok ? [] : result.problems;
};

describe('checkConfigJson', () => {
	it('must fill in defaults and keep unknown keys', () => {
		const result = checkConfigJson({ vpnEndpoint: 'vpn.example.com', files: { a: 1 } });
		expect(result.ok && result.config).to.deep.include({
			apiEndpoint: '',
			listenPort: 48484,
			apiTimeout: 900_000,
			appUpdatePollInterval: 900_000,
			bootstrapRetryDelay: 30_000,
			deviceApiKey: '',
			persistentLogging: false,
			vpnEndpoint: 'vpn.example.com',
			files: { a: 1 },
		});
	});

	it('must take numbers and booleans as text, as old files have them', () => {
		const result = checkConfigJson({
			applicationId: '2167',
			listenPort: '48484',
			deviceId: 7.0,
			persistentLogging: 'ON',
			developmentMode: 1,
		});
		expect(result.ok && result.config).to.deep.include({
			applicationId: 2167,
			listenPort: 48484,
			deviceId: 7,
			persistentLogging: true,
			developmentMode: true,
		});
	});

	it('must take the file of a device of 2017, and keep what only old supervisors knew', () => {
		const file = {
			...{ applicationId: '2167', apiKey: 'k', userId: '141', username: 'ada' },
			...{ deviceType: 'raspberry-pi', listenPort: 48484, supervisorOfflineMode: false },
			...{ apiEndpoint: 'https://api.example.com', deltaEndpoint: 'https://delta.example.com' },
			...{ vpnEndpoint: 'vpn.example.com', registryEndpoint: 'registry.example.com' },
			...{ pubnubSubscribeKey: 'ps', pubnubPublishKey: 'pp', mixpanelToken: 'm' },
			files: { 'network/settings': '[global]' },
		};
		const result = checkConfigJson(file);
		expect(result.ok && result.config).to.deep.include({ ...file, applicationId: 2167 });
	});

	it('must take the time of a registration with a fraction, as a script may write it', () => {
		const result = checkConfigJson({ registered_at: 1_700_000_000.25 });
		expect(result.ok && result.config.registered_at).to.equal(1_700_000_000);
	});

	it('must take null for absent', () => {
		const result = checkConfigJson({
			apiKey: null,
			deviceApiKey: null,
			apiEndpoint: null,
			os: null,
		});
		expect(result.ok && result.config).to.deep.include({ deviceApiKey: '', apiEndpoint: '' });
		expect(result.ok && 'apiKey' in result.config).to.equal(false);
	});

	for (const { json, problem } of [
		{ json: { listenPort: 'abc' }, problem: 'config.json: listenPort must be a port, got "abc"' },
		{ json: { listenPort: 70000 }, problem: 'config.json: listenPort must be a port, got 70000' },
		{ json: { listenPort: 1.5 }, problem: 'config.json: listenPort must be a port, got 1.5' },
		{
			json: { apiEndpoint: 'api.example.com' },
			problem: 'config.json: apiEndpoint must be a URL, got "api.example.com"',
		},
		{ json: { uuid: 12 }, problem: 'config.json: uuid must be a string, got 12' },
		{
			json: { deviceApiKey: ['secret'] },
			problem: 'config.json: deviceApiKey must be a string, got a value that is not shown',
		},
		{
			json: { appUpdatePollInterval: -5 },
			problem: 'config.json: appUpdatePollInterval must be at least 0, got -5',
		},
		{
			json: { developmentMode: 'maybe' },
			problem:
				'config.json: developmentMode must be a boolean (true, false, 1, 0, on, off), got "maybe"',
		},
		{ json: { os: 'linux' }, problem: 'config.json: os must be an object, got "linux"' },
		{ json: [1], problem: 'config.json: must be an object' },
		{ json: 'text', problem: 'config.json: must be an object' },
	]) {
		it(`must refuse ${JSON.stringify(json)} in words`, () => {
			expect(problemsOf(json)).to.deep.equal([problem]);
		});
	}

	it('must tell all faults at once', () => {
		expect(problemsOf({ listenPort: 0, uuid: 1 })).to.have.lengthOf(2);
	});

	it('must have words for every key', () => {
		for (const [name, schema] of Object.entries(configJsonKeys)) {
			expect(configJsonDocs.get(schema)?.doc, name).to.match(/\.$/);
		}
	});

	it('must accept config.json.example', () => {
		const example: unknown = JSON.parse(readFileSync('config.json.example', 'utf8'));
		expect(problemsOf(example)).to.deep.equal([]);
	});
});

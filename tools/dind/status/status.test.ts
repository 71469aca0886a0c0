import { expect } from 'chai';
import type { StatusFacts } from './device-status.ts';
import { isAllRunning, toDindStatus } from './device-status.ts';
import { renderStatus, summarize } from './render.ts';

const facts = (given: Partial<StatusFacts> = {}): StatusFacts => ({
	name: 'holdfast',
	deviceContainer: 'running',
	cloudContainer: 'running',
	config: {
		uuid: 'ab12cd34',
		apiEndpoint: 'http://api.holdfast.test',
		registered_at: 1,
		deviceApiKey: 'secret-device-key',
		apiKey: 'secret-provisioning-key',
	},
	supervisor: {
		device: {
			status: 'Idle',
			os_version: 'Holdfast 1',
			supervisor_version: '20.0.0',
			ip_address: '172.18.0.3',
		},
		apps: {
			hello: {
				appId: 1,
				commit: '0d9e8c7b6a5f',
				updateStatus: 'done',
				services: {
					web: { status: 'Running', downloadProgress: null },
					worker: { status: 'Downloading', downloadProgress: 41 },
				},
			},
		},
		state: { appState: 'applying', overallDownloadProgress: 41 },
		deviceName: 'quiet-river',
	},
	problem: undefined,
	apiUrl: 'http://127.0.0.1:48484',
	pageUrl: 'http://127.0.0.1:8080/',
	...given,
});

describe('status of a device', () => {
	it('must be a table of what runs', () => {
		expect(renderStatus(toDindStatus(facts()), { color: false })).to.equal(
			[
				'Device    holdfast (container running, cloud container running)',
				'Name      quiet-river',
				'UUID      ab12cd34',
				'Cloud     http://api.holdfast.test (registered)',
				'Status    Idle, applying',
				'Versions  Holdfast 1, supervisor 20.0.0',
				'Address   172.18.0.3',
				'API       http://127.0.0.1:48484',
				'Page      http://127.0.0.1:8080/',
				'',
				'APP    RELEASE   SERVICE  STATUS       PROGRESS',
				'hello  0d9e8c7b  web      Running',
				'hello  0d9e8c7b  worker   Downloading  41 %',
				'',
			].join('\n'),
		);
	});

	it('must never contain a key', () => {
		const status = toDindStatus(facts());
		const text = JSON.stringify(status) + renderStatus(status, { color: true });
		expect(text).to.not.include('secret');
	});

	it('must carry colours only when asked to', () => {
		const status = toDindStatus(facts());
		expect(renderStatus(status, { color: false })).to.not.include('\u001b');
		expect(renderStatus(status, { color: true })).to.include('\u001b[32mRunning');
	});

	it('must say what is known of a device whose supervisor does not answer', () => {
		const status = toDindStatus(facts({ supervisor: undefined, problem: 'it is not up yet' }));
		expect(status).to.include({ problem: 'it is not up yet', state: null });
		expect(renderStatus(status, { color: false }))
			.to.include('UUID      ab12cd34')
			.and.to.include('No services.')
			.and.to.match(/Problem: it is not up yet\n$/);
	});

	it('must count a device as settled only with a service, and all of them running', () => {
		const status = toDindStatus(facts());
		expect(isAllRunning(status)).to.equal(false);
		expect(isAllRunning({ apps: [] })).to.equal(false);
		const apps = status.apps.map((app) => ({ ...app, services: app.services.slice(0, 1) }));
		expect(isAllRunning({ apps })).to.equal(true);
	});

	it('must be told in one line while waiting', () => {
		expect(summarize(toDindStatus(facts()))).to.equal('web Running, worker Downloading 41 %');
	});
});

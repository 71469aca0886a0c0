import { expect } from 'chai';
import type { StatusFacts } from './device-status.ts';
import { isSettled, toDindStatus } from './device-status.ts';
import { renderStatus, summarize } from './render.ts';
import { renderGroup } from './render-group.ts';
import { toBar } from '../effects/service-display.ts';

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

	it('must be a line for each of several devices, with what is wrong below', () => {
		const second = facts({
			...{ name: 'holdfast.2', supervisor: undefined, problem: 'it does not answer' },
			apiUrl: 'http://127.0.0.1:48494',
			pageUrl: undefined,
		});
		expect(renderGroup([facts(), second].map(toDindStatus))).to.equal(
			[
				'NAME        UUID     STATE     SERVICES        PAGE                    API',
				'holdfast    ab12cd3  applying  1 of 2 running  http://127.0.0.1:8080/  http://127.0.0.1:48484',
				'holdfast.2  ab12cd3  running   none            –                       http://127.0.0.1:48494',
				'',
				'Problem of holdfast.2: it does not answer',
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

	const settled = (state: string, statuses: readonly string[], release?: string) => {
		const status = toDindStatus(facts());
		const services = statuses.map((word) => ({
			name: word,
			status: word,
			downloadProgress: null,
			image: null,
		}));
		const apps = status.apps.map((app) => ({ ...app, services }));
		return isSettled({ apps, state }, release);
	};

	it('must be settled only when applied, with a service, and every one at rest', () => {
		expect(settled('applied', ['Running', 'exited'])).to.equal(true);
		expect(settled('applying', ['Running'])).to.equal(false);
		expect(settled('applied', ['Running', 'Downloading'])).to.equal(false);
		expect(settled('applied', [])).to.equal(false);
	});

	it('must be settled only with the release that is waited for', () => {
		expect(settled('applied', ['Running'], '0d9e8c7b6a5f')).to.equal(true);
		expect(settled('applied', ['Running'], 'another')).to.equal(false);
	});

	it('must be told in one line while waiting', () => {
		expect(summarize(toDindStatus(facts()))).to.equal('web Running, worker Downloading 41 %');
	});
});

describe('toBar', () => {
	const service = (status: string, downloadProgress: number | null) => ({
		name: 'web',
		status,
		downloadProgress,
		image: null,
	});

	it('must be full once the download is over', () => {
		expect(toBar(service('Running', null), 6)).to.deep.equal({
			name: 'web   ',
			value: 100,
			percent: '100 %',
			status: 'Running',
		});
	});

	it('must be as far as the download is', () => {
		expect(toBar(service('Downloading', null), 3)).to.include({ value: 0, percent: '  0 %' });
		expect(toBar(service('Downloading', 41), 3)).to.include({ value: 41, percent: ' 41 %' });
	});
});

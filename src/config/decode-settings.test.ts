import { expect } from 'chai';
import { ConfigJson } from './config-json.ts';
import { decodeSettings } from './decode-settings.ts';
import { settingDocs, settingKeys, type Settings } from './settings.ts';

const managed = ConfigJson.parse({ apiEndpoint: 'https://api.example.com' });

interface Case {
	name: string;
	config: Record<string, string>;
	settings: Partial<Settings>;
}

const wholeImages =
	'SUPERVISOR_DELTA asks for deltas, but SUPERVISOR_DELTA_VERSION is 2: images are downloaded whole; only 3 is understood';

describe('decodeSettings', () => {
	it('must give the defaults of the contract for no variables', () => {
		const { settings, problems } = decodeSettings({}, managed);
		expect(problems).to.deep.equal([]);
		expect(settings).to.deep.equal({
			pollIntervalMs: 900_000,
			instantUpdates: true,
			localMode: false,
			connectivityCheck: true,
			sendLogs: true,
			logRate: 10_000,
			logBurst: 200_000,
			logSpoolMib: 16,
			apiRequestTimeoutMs: 59_000,
			delta: false,
			deltaRequestTimeoutMs: 59_000,
			deltaApplyTimeoutMs: 0,
			deltaRetryCount: 30,
			deltaRetryIntervalMs: 10_000,
			deltaVersion: 2,
			overrideLocks: false,
			persistentLogging: false,
			hardwareMetrics: true,
			vpn: true,
			apiScopes: 'open',
			firewallMode: 'off',
			hostDiscoverability: true,
			boot: {},
		});
	});

	const cases: Case[] = [
		{
			name: 'BALENA_ beats RESIN_ beats the bare name',
			config: {
				SUPERVISOR_POLL_INTERVAL: '30000',
				RESIN_SUPERVISOR_POLL_INTERVAL: '20000',
				BALENA_SUPERVISOR_POLL_INTERVAL: '10000',
				RESIN_SUPERVISOR_DELTA: 'off',
				SUPERVISOR_DELTA: 'on',
			},
			settings: { pollIntervalMs: 10_000, delta: false },
		},
		{
			name: 'limits of the log',
			config: {
				SUPERVISOR_LOG_RATE: '500',
				RESIN_SUPERVISOR_LOG_BURST: '1000',
				SUPERVISOR_LOG_SPOOL_SIZE: '0',
			},
			settings: { logRate: 500, logBurst: 1000, logSpoolMib: 0 },
		},
		{
			name: 'OVERRIDE_LOCK stands for SUPERVISOR_OVERRIDE_LOCK',
			config: { RESIN_OVERRIDE_LOCK: '1' },
			settings: { overrideLocks: true },
		},
		{
			name: 'the name that the cloud’s pages offer beats the full one',
			config: { RESIN_OVERRIDE_LOCK: '0', BALENA_SUPERVISOR_OVERRIDE_LOCK: '1' },
			settings: { overrideLocks: false },
		},
		{
			name: 'words and lists',
			config: { HOST_FIREWALL_MODE: 'auto', BALENA_SUPERVISOR_API_SCOPES: 'strict' },
			settings: { firewallMode: 'auto', apiScopes: 'strict' },
		},
		{
			name: 'all there is to say of deltas',
			config: {
				SUPERVISOR_DELTA: '1',
				SUPERVISOR_DELTA_VERSION: '3',
				SUPERVISOR_DELTA_REQUEST_TIMEOUT: '1000',
				SUPERVISOR_DELTA_APPLY_TIMEOUT: '2000',
				SUPERVISOR_DELTA_RETRY_COUNT: '4',
				SUPERVISOR_DELTA_RETRY_INTERVAL: '5000',
			},
			settings: {
				...{ delta: true, deltaVersion: 3, deltaRequestTimeoutMs: 1000 },
				...{ deltaApplyTimeoutMs: 2000, deltaRetryCount: 4, deltaRetryIntervalMs: 5000 },
			},
		},
		{
			name: 'boot settings as items',
			config: {
				RESIN_HOST_CONFIG_gpu_mem: '16',
				BALENA_HOST_CONFIG_dtparam: '"i2c_arm=on","spi=on"',
				HOST_CONFIG_dtparam: 'audio=on',
				HOST_EXTLINUX_isolcpus: '1,2',
				HOST_CONFIG_: 'nothing',
			},
			settings: {
				boot: {
					HOST_CONFIG_dtparam: ['i2c_arm=on', 'spi=on'],
					HOST_CONFIG_gpu_mem: ['16'],
					HOST_EXTLINUX_isolcpus: ['1,2'],
				},
			},
		},
		{
			name: 'the boot splash in capitals, as clouds name it',
			config: { BALENA_HOST_SPLASH_IMAGE: 'iVBORw0K', RESIN_HOST_SPLASH_image: 'former' },
			settings: { boot: { HOST_SPLASH_image: ['iVBORw0K'] } },
		},
		{ name: 'unknown names', config: { RESIN_SUPERVISOR_MOON: '1', PATH: '/' }, settings: {} },
	];
	for (const { name, config, settings } of cases) {
		it(`must understand ${name}`, () => {
			const decoded = decodeSettings(config, managed);
			expect(decoded.problems).to.deep.equal([]);
			expect(decoded.settings).to.deep.include(settings);
		});
	}

	it('must put the default in force for a value it does not understand, and say so', () => {
		const { settings, problems } = decodeSettings(
			{
				RESIN_SUPERVISOR_POLL_INTERVAL: 'often',
				BALENA_SUPERVISOR_DELTA_VERSION: '7',
				HOST_FIREWALL_MODE: 'maybe',
				SUPERVISOR_LOCAL_MODE: '',
				HOST_CONFIG_dtparam: '"open',
				SUPERVISOR_DELTA: '1',
			},
			ConfigJson.parse({ apiEndpoint: 'https://a.b', appUpdatePollInterval: 60_000 }),
		);
		expect(settings).to.deep.include({
			pollIntervalMs: 60_000,
			deltaVersion: 2,
			firewallMode: 'off',
			localMode: false,
			delta: true,
			boot: {},
		});
		expect([...problems].sort()).to.deep.equal([
			'BALENA_SUPERVISOR_DELTA_VERSION must be 2 or 3, got "7"; the default is used',
			'HOST_CONFIG_dtparam must be a list, got "\\"open"; it is left out',
			'HOST_FIREWALL_MODE must be one of on, off, auto, got "maybe"; the default is used',
			'RESIN_SUPERVISOR_POLL_INTERVAL must be an integer, got "often"; the default is used',
			wholeImages,
			'SUPERVISOR_LOCAL_MODE must be a boolean (true, false, 1, 0, on, off), got ""; the default is used',
		]);
	});

	it('must say that images are downloaded whole where deltas of the second form are asked for', () => {
		expect(decodeSettings({ SUPERVISOR_DELTA: '1' }, managed).problems).to.deep.equal([
			wholeImages,
		]);
		expect(decodeSettings({ SUPERVISOR_DELTA_VERSION: '2' }, managed).problems).to.deep.equal([]);
	});

	it('must refuse times that would cut the device off from its cloud', () => {
		for (const name of ['SUPERVISOR_POLL_INTERVAL', 'SUPERVISOR_API_REQUEST_TIMEOUT']) {
			const { settings, problems } = decodeSettings({ [name]: '0' }, managed);
			expect(settings).to.include({ pollIntervalMs: 900_000, apiRequestTimeoutMs: 59_000 });
			expect(problems).to.deep.equal([
				`${name} must be at least 1000, got "0"; the default is used`,
			]);
		}
	});

	it('must take a boolean in each of its forms, and a number as text', () => {
		for (const value of ['1', 'true', 'on', 'TRUE', 'On', ' 1', 'true\n']) {
			const { settings } = decodeSettings({ SUPERVISOR_DELTA: value }, managed);
			expect(settings.delta, value).to.equal(true);
		}
		for (const value of ['0', 'false', 'off', 'OFF', '0 ']) {
			const { settings } = decodeSettings({ SUPERVISOR_HARDWARE_METRICS: value }, managed);
			expect(settings.hardwareMetrics, value).to.equal(false);
		}
		for (const value of ['60000', '60000.', '60000.00', ' 60000 ', '60000\n']) {
			const { settings } = decodeSettings({ SUPERVISOR_POLL_INTERVAL: value }, managed);
			expect(settings.pollIntervalMs, value).to.equal(60_000);
		}
	});

	it('must take the poll interval of config.json when no variable gives one', () => {
		const configJson = ConfigJson.parse({ appUpdatePollInterval: '120000' });
		expect(decodeSettings({}, configJson).settings.pollIntervalMs).to.equal(120_000);
	});

	for (const { apiEndpoint, kept } of [
		{ apiEndpoint: '', kept: true },
		{ apiEndpoint: 'https://a.b', kept: false },
	]) {
		it(`must ${kept ? '' : 'not '}keep the persistent logging of config.json ${kept ? 'without' : 'with'} a cloud`, () => {
			const configJson = ConfigJson.parse({ apiEndpoint, persistentLogging: true });
			expect(decodeSettings({}, configJson).settings.persistentLogging).to.equal(kept);
			const told = decodeSettings({ SUPERVISOR_PERSISTENT_LOGGING: '0' }, configJson);
			expect(told.settings.persistentLogging).to.equal(false);
		});
	}

	it('must be in local mode on a device without a cloud, unless it is told not to be', () => {
		const unmanaged = ConfigJson.parse({});
		expect(decodeSettings({}, unmanaged).settings.localMode).to.equal(true);
		const told = decodeSettings({ SUPERVISOR_LOCAL_MODE: 'false' }, unmanaged);
		expect(told.settings.localMode).to.equal(false);
	});

	it('must have a row with words for every setting', () => {
		for (const [key, schema] of Object.entries(settingKeys)) {
			expect(settingDocs.get(schema)?.doc, key).to.match(/\.$/);
		}
	});
});

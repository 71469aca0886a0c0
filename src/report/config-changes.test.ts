import { expect } from 'chai';
import { ConfigJson } from '../config/config-json.ts';
import { decodeSettings } from '../config/decode-settings.ts';
import type { Settings } from '../config/settings.ts';
import { configChangeMessages } from './config-changes.ts';

const settingsOf = (config: Readonly<Record<string, string>>): Settings =>
	decodeSettings(config, ConfigJson.parse({ apiEndpoint: 'https://a.example' })).settings;

describe('configChangeMessages', () => {
	it('must name the variables that changed, and their values', () => {
		const messages = configChangeMessages(
			settingsOf({ SUPERVISOR_POLL_INTERVAL: '10000', SUPERVISOR_DELTA: '1' }),
			settingsOf({ RESIN_SUPERVISOR_POLL_INTERVAL: '20000', SUPERVISOR_LOG_CONTROL: 'false' }),
		);
		const text =
			'{"SUPERVISOR_POLL_INTERVAL":"20000","SUPERVISOR_LOG_CONTROL":"false","SUPERVISOR_DELTA":"false"}';
		expect(messages).to.deep.equal([
			`Applying configuration change ${text}`,
			`Applied configuration change ${text}`,
		]);
	});

	it('must say nothing where nothing changed', () => {
		const settings = settingsOf({ SUPERVISOR_DELTA: '1' });
		expect(
			configChangeMessages(settings, settingsOf({ BALENA_SUPERVISOR_DELTA: 'on' })),
		).to.deep.equal([]);
	});
});

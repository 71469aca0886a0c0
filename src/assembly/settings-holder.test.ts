import { expect } from 'chai';
import { ConfigJson } from '../config/config-json.ts';
import { createSettingsHolder } from './settings-holder.ts';

describe('the settings in force', () => {
	it('must tell the cloud of the logging that the device brings along, until a target speaks', () => {
		const apiEndpoint = 'https://api.example.com';
		const holder = createSettingsHolder(ConfigJson.parse({ apiEndpoint, persistentLogging: true }));
		expect(holder.current().persistentLogging).to.equal(true);
		holder.apply({});
		expect(holder.current().persistentLogging).to.equal(false);
	});
});

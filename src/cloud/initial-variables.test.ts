import { expect } from 'chai';
import { ConfigJson } from '../config/config-json.ts';
import { decodeSettings } from '../config/decode-settings.ts';
import { initialVariablesOf, isVariableIn } from './initial-variables.ts';

const managed = ConfigJson.parse({ apiEndpoint: 'https://api.example.com' });

describe('initialVariablesOf', () => {
	const of = (config: Record<string, string>, configJson = managed) =>
		initialVariablesOf(decodeSettings(config, configJson).settings);

	it('must be nothing on a device as it comes', () => {
		expect(of({})).to.deep.equal({});
	});

	it('must be what differs from the defaults, as text, under the first name of each', () => {
		const config = { RESIN_SUPERVISOR_DELTA: '1', BALENA_OVERRIDE_LOCK: 'on', OTHER: 'x' };
		expect(of(config)).to.deep.equal({
			SUPERVISOR_DELTA: 'true',
			SUPERVISOR_OVERRIDE_LOCK: 'true',
		});
	});

	it('must hold the poll interval of config.json', () => {
		const configJson = ConfigJson.parse({ ...managed, appUpdatePollInterval: 60_000 });
		expect(of({}, configJson)).to.deep.equal({ SUPERVISOR_POLL_INTERVAL: '60000' });
	});

	it('must get a device out of local mode, and leave it its VPN', () => {
		const config = { SUPERVISOR_LOCAL_MODE: '1', SUPERVISOR_VPN_CONTROL: '0' };
		expect(of(config)).to.deep.equal({
			SUPERVISOR_LOCAL_MODE: 'false',
			SUPERVISOR_VPN_CONTROL: 'true',
		});
	});

	it('must hold boot settings, lists as they are written', () => {
		const config = {
			HOST_CONFIG_gpu_mem: '64',
			HOST_CONFIG_dtoverlay: '"vc4","i2c"',
			HOST_CONFIGFS_ssdt: '"one"',
		};
		expect(of(config)).to.deep.equal({
			HOST_CONFIG_gpu_mem: '64',
			HOST_CONFIG_dtoverlay: '"vc4","i2c"',
			HOST_CONFIGFS_ssdt: 'one',
		});
	});
});

describe('isVariableIn', () => {
	for (const { name, config, isThere } of [
		{ name: 'SUPERVISOR_DELTA', config: { RESIN_SUPERVISOR_DELTA: '0' }, isThere: true },
		{ name: 'SUPERVISOR_DELTA', config: { BALENA_SUPERVISOR_DELTA: '0' }, isThere: true },
		{ name: 'SUPERVISOR_OVERRIDE_LOCK', config: { RESIN_OVERRIDE_LOCK: '0' }, isThere: true },
		{ name: 'HOST_SPLASH_image', config: { BALENA_HOST_SPLASH_IMAGE: 'x' }, isThere: true },
		{ name: 'HOST_CONFIG_gpu_mem', config: { RESIN_HOST_CONFIG_gpu: '0' }, isThere: false },
	]) {
		it(`must ${isThere ? 'find' : 'miss'} ${name} in ${Object.keys(config).join()}`, () => {
			expect(isVariableIn(config, name)).to.equal(isThere);
		});
	}
});

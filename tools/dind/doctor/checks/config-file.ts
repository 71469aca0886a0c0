import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ToolError } from '../../effects/errors.ts';
import type { DeviceConfig } from '../../files/device-config.ts';
import { readDeviceConfig } from '../../files/device-config.ts';
import { defineCheck, none, ok, problem, warning, type Verdict } from '../check.ts';

/** tools/dind/config.json as it was read, or why it cannot be used; undefined where there is none. */
export type ConfigFacts =
	{ readonly config: DeviceConfig } | { readonly fault: string; readonly todo: string | undefined };

export const configFileCheck = defineCheck({
	name: 'config-file',
	area: 'computer',
	observe: ({ root }): ConfigFacts | undefined => {
		const path = join(root, 'tools/dind/config.json');
		if (!existsSync(path)) return undefined;
		try {
			return { config: readDeviceConfig(path) };
		} catch (thrown) {
			if (!(thrown instanceof ToolError)) throw thrown;
			return { fault: thrown.message, todo: thrown.todo };
		}
	},
	judge: judgeConfigFile,
});

export function judgeConfigFile(facts: ConfigFacts | undefined): Verdict {
	if (facts === undefined)
		return none('no tools/dind/config.json: devices use a development cloud');
	if ('fault' in facts) return problem(facts.fault, facts.todo ?? 'Correct it.');
	const fault = whyItCannotRegister(facts.config);
	if (fault !== undefined) return fault;
	return ok(`tools/dind/config.json, for ${facts.config.apiEndpoint ?? 'no cloud'}`);
}

/** What a device with this configuration, new to its cloud, would fail over. */
function whyItCannotRegister(config: DeviceConfig): Verdict | undefined {
	const { apiEndpoint = '', apiKey, deviceApiKey, applicationId, deviceType } = config;
	if (apiEndpoint === '') return undefined;
	const anew = 'Get a new one: balena config generate --fleet <fleet> --output config.json.';
	if (config['registered_at'] !== undefined) {
		return warning(
			'tools/dind/config.json is of a device that is registered already',
			'A second device with it takes its place. Remove uuid, registered_at, deviceId and deviceApiKey for a new one.',
		);
	}
	if ((apiKey ?? '') === '' && (deviceApiKey ?? '') === '') {
		return problem('tools/dind/config.json has no apiKey to register with', anew);
	}
	const missing = Object.entries({ applicationId, deviceType }).filter(
		([, value]) => value === undefined,
	);
	if (missing.length === 0) return undefined;
	const names = missing.map(([name]) => name).join(' and ');
	return problem(`tools/dind/config.json names no ${names} to register with`, anew);
}

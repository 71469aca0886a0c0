import { checkConfigJson } from '../../../../src/config/config-json.ts';
import { DEVICE_CONFIG_PATH, readConfig } from '../../commands/inside.ts';
import { defineCheck, ok, problem, type Verdict } from '../check.ts';

export const deviceConfigCheck = defineCheck({
	name: 'device-config',
	area: 'device',
	needs: ['device'],
	observe: async ({ shell, names }) => {
		const { code, stdout } = await shell.capture(readConfig(names));
		return code === 0 ? stdout : undefined;
	},
	judge: judgeDeviceConfig,
});

const TODO = `Correct it: ./dindctl shell, then edit ${DEVICE_CONFIG_PATH}. The supervisor reads it again by itself.`;

/** @param text - the device's own config.json; undefined where it has none */
export function judgeDeviceConfig(text: string | undefined): Verdict {
	if (text === undefined) return problem(`the device has no ${DEVICE_CONFIG_PATH}`, TODO);
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch (thrown) {
		return problem(`${DEVICE_CONFIG_PATH} is not JSON: ${String(thrown)}`, TODO);
	}
	const checked = checkConfigJson(json);
	if (!checked.ok) return problem(checked.problems.join('\n'), TODO);
	const { apiEndpoint, uuid } = checked.config;
	const cloud = apiEndpoint === '' ? 'no cloud' : apiEndpoint;
	return ok(`${cloud}, ${uuid === undefined ? 'no uuid yet' : `uuid ${uuid.slice(0, 7)}`}`);
}

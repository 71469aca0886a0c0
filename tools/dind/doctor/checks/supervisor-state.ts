import type { Schemas } from '../../../client/client.ts';
import { observeUrls } from '../../actions/status.ts';
import { askDevice, openDeviceClient } from '../../effects/device-client.ts';
import { defineCheck, ok, problem, warning, type Verdict } from '../check.ts';

type Status = Schemas['Status'];

export const supervisorStateCheck = defineCheck({
	name: 'apps',
	area: 'device',
	needs: ['supervisor-api'],
	observe: async ({ shell, names }) => {
		const { apiUrl } = await observeUrls({ shell }, names);
		const { client } = await openDeviceClient(shell, names, apiUrl);
		return await askDevice<Status>(client.GET('/v3/status'));
	},
	judge: judgeState,
});

const EXPLAIN = 'See ./dindctl status --watch, which has the reason of every state.';

/** @param status - what the device says of itself */
export function judgeState({ device, loop, apps }: Status): Verdict {
	const rejected = apps.filter(({ phase }) => phase === 'rejected');
	if (rejected.length > 0) {
		return problem(
			rejected.map(({ name, reason }) => `${name} is rejected: ${reason}`).join('\n'),
			'Correct the release and push it: ./dindctl push DIR.',
		);
	}
	const failing = apps.filter(({ phase }) => phase === 'backoff');
	if (failing.length > 0) {
		return problem(
			failing.map(({ name, reason }) => `${name} fails: ${reason}`).join('\n'),
			EXPLAIN,
		);
	}
	const cloud = cloudVerdict(device);
	if (cloud !== undefined) return cloud;
	if (loop.state === 'failing') return problem(loop.reason, EXPLAIN);
	if (loop.state === 'held') return warning(`work is held back: ${loop.reason}`, EXPLAIN);
	const count = apps.flatMap(({ services }) => services).length;
	return ok(`${loop.state}; ${apps.length} apps with ${count} services`);
}

function cloudVerdict({ cloud }: Status['device']): Verdict | undefined {
	if (cloud === undefined || cloud.state === 'connected' || cloud.state === 'connecting') {
		return undefined;
	}
	const why = cloud.lastError === undefined ? '' : ` (${cloud.lastError})`;
	const says = `the cloud ${cloud.endpoint} is ${cloud.state}${why}`;
	if (cloud.state === 'refused') {
		return problem(
			says,
			'Its key is not good there: put a provisioning key (apiKey) into its config.json, or use another.',
		);
	}
	return warning(says, 'Is the address right, and is the cloud up? The apps go on meanwhile.');
}

import { containerState } from '../../effects/engine.ts';
import type { ContainerState } from '../../status/device-status.ts';
import { defineCheck, none, ok, problem, type Verdict } from '../check.ts';

export interface DeviceFacts {
	readonly name: string;
	readonly container: string;
	readonly state: ContainerState;
}

export const deviceCheck = defineCheck({
	name: 'device',
	area: 'device',
	needs: ['engine'],
	observe: async ({ shell, names }): Promise<DeviceFacts> => ({
		name: names.name,
		container: names.device,
		state: await containerState(shell, names.device),
	}),
	judge: judgeDevice,
});

export function judgeDevice({ name, container, state }: DeviceFacts): Verdict {
	if (state === 'running') return ok(`container ${container} runs`);
	if (state === 'absent') return none(`there is no device named ${name}: ./dindctl run makes one`);
	const todo =
		state === 'paused'
			? `Go on with it: docker unpause ${container}.`
			: `Start it with ./dindctl run; what it said before it ended: docker logs ${container}.`;
	return problem(`container ${container} is ${state}`, todo);
}

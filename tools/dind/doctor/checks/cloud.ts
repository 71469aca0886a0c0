import { observeCloud } from '../../actions/dev-cloud.ts';
import { toMessage } from '../../effects/errors.ts';
import { containerState } from '../../effects/engine.ts';
import { ask } from '../../effects/http.ts';
import type { ContainerState } from '../../status/device-status.ts';
import { defineCheck, none, ok, problem, type Verdict } from '../check.ts';

export interface CloudFacts {
	readonly container: string;
	readonly state: ContainerState;
	/** Only while its container runs: where it answers, or why it does not. */
	readonly url?: string;
	readonly fault?: string | undefined;
}

const WITHIN_MS = 15_000;

export const cloudCheck = defineCheck({
	name: 'cloud',
	area: 'cloud',
	needs: ['engine'],
	observe: async ({ shell, names }): Promise<CloudFacts> => {
		const state = await containerState(shell, names.cloud);
		if (state !== 'running') return { container: names.cloud, state };
		const { url } = await observeCloud({ shell }, names);
		const fault = await ask(`${url}/ping`, { withinMs: WITHIN_MS }).then(
			({ status }) => (status === 200 ? undefined : `status ${status}`),
			(thrown: unknown) => toMessage(thrown),
		);
		return { container: names.cloud, state, url, fault };
	},
	judge: judgeCloud,
});

export function judgeCloud({ container, state, url = '', fault }: CloudFacts): Verdict {
	if (state === 'absent') return none('there is no development cloud');
	if (state !== 'running') {
		return problem(`container ${container} is ${state}`, `Start it: docker start ${container}.`);
	}
	if (fault === undefined) return ok(`answers on ${url}`);
	return problem(`does not answer on ${url} (${fault})`, `What it says: docker logs ${container}.`);
}

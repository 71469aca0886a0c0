import { observeUrls } from '../../actions/status.ts';
import { toMessage } from '../../effects/errors.ts';
import { ask } from '../../effects/http.ts';
import { readObstacle } from '../../effects/obstacle.ts';
import { defineCheck, ok, problem, type Verdict } from '../check.ts';

export interface ApiFacts {
	readonly url: string;
	/** Why there was no answer. */
	readonly fault: string | undefined;
	/** What keeps the supervisor from starting, in its own words. */
	readonly obstacle: string | undefined;
}

const WITHIN_MS = 15_000;

export const supervisorApiCheck = defineCheck({
	name: 'supervisor-api',
	area: 'device',
	needs: ['supervisor-container'],
	observe: async ({ shell, names }): Promise<ApiFacts> => {
		const { apiUrl: url } = await observeUrls({ shell }, names);
		const fault = await ask(`${url}/ping`, { withinMs: WITHIN_MS }).then(
			() => undefined,
			(thrown: unknown) => toMessage(thrown),
		);
		return { url, fault, obstacle: fault === undefined ? await readObstacle(url) : undefined };
	},
	judge: judgeSupervisorApi,
});

export function judgeSupervisorApi({ url, fault, obstacle }: ApiFacts): Verdict {
	if (fault !== undefined) {
		return problem(
			`nothing answers on ${url} (${fault})`,
			'Does listenPort of config.json differ from what the device was made with? Then make it again: ./dindctl run.',
		);
	}
	if (obstacle === undefined) return ok(`answers on ${url}`);
	return problem(
		`the supervisor cannot start: ${obstacle}`,
		'Mend that; the supervisor goes on by itself. ./dindctl shell leads into the device.',
	);
}

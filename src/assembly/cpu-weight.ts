import { backoffMs } from '../kit/backoff.ts';
import type { Clock } from '../kit/clock.ts';
import { hasCode } from '../kit/errors.ts';
import { aborted, type Job } from '../kit/job.ts';
import type { Logger } from '../kit/logger.ts';
import type { ContainerEngine } from '../ports/container-engine.ts';

export interface CpuWeightDeps {
	readonly engine: Pick<ContainerEngine, 'ensureCpuShares'>;
	/** Name or id of the supervisor's own container; undefined where it runs in none. */
	readonly ownContainer: () => Promise<string | undefined>;
	readonly shares: number;
	readonly clock: Pick<Clock, 'sleep'>;
	readonly log: Logger;
}

const limits = { minMs: 1_000, maxMs: 60_000 };

/**
 * Gives the supervisor's own container a weight above that of services: thirty of them that want a processor each would
 * otherwise leave it a thirtieth, and its local API and health check would go unanswered for seconds. Without it the
 * supervisor works all the same, so that a refusal is told of, and left.
 */
export function createCpuWeight(deps: CpuWeightDeps): Job {
	return {
		name: 'cpu weight',
		async run(signal) {
			await raise(deps, signal);
			await aborted(signal);
		},
	};
}

async function raise(deps: CpuWeightDeps, signal: AbortSignal): Promise<void> {
	const { clock, log, shares } = deps;
	for (let failures = 0; !signal.aborted; failures += 1) {
		try {
			const isChanged = await ensure(deps, signal);
			log.debug({ shares, isChanged }, 'weight for processors looked at');
			return;
		} catch (err) {
			if (!hasCode(err, 'ENGINE_UNAVAILABLE')) {
				log.info({ err, shares }, 'weight for processors is left as it is');
				return;
			}
			await clock.sleep(backoffMs(failures, limits), signal).catch(() => undefined);
		}
	}
}

/** @returns true if it has been changed */
async function ensure(
	{ engine, ownContainer, shares }: CpuWeightDeps,
	signal: AbortSignal,
): Promise<boolean> {
	const container = await ownContainer();
	return container !== undefined && engine.ensureCpuShares(container, shares, signal);
}

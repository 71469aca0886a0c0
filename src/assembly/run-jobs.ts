import { setMaxListeners } from 'node:events';
import { systemClock, type Clock } from '../kit/clock.ts';
import { aborted, type Job } from '../kit/job.ts';
import type { Logger } from '../kit/logger.ts';

export interface RunJobsDeps {
	readonly log: Logger;
	readonly clock?: Clock | undefined;
	/** How long jobs may take to end once the signal fired, in milliseconds. */
	readonly graceMs: number;
}

/**
 * Runs jobs side by side until the signal fires. A job that ends before that ends all: the engine's restart policy
 * brings the supervisor back.
 * @returns false when a job failed or did not end in time
 */
export async function runJobs(
	jobs: readonly Job[],
	signal: AbortSignal,
	{ log, clock = systemClock, graceMs }: RunJobsDeps,
): Promise<boolean> {
	const stop = new AbortController();
	setMaxListeners(0, stop.signal); // every wait of every job listens
	const end = (): void => stop.abort(signal.reason);
	signal.addEventListener('abort', end, { once: true });
	if (signal.aborted) end();
	const failed: string[] = [];
	const running = jobs.map(async (job) => {
		try {
			await job.run(stop.signal);
		} catch (err) {
			if (!stop.signal.aborted) {
				failed.push(job.name);
				log.fatal({ err, job: job.name }, 'job failed');
			}
		}
		if (!stop.signal.aborted) stop.abort(new Error(`${job.name} ended`));
	});
	await aborted(stop.signal);
	const late = new AbortController();
	const inTime = await Promise.race([
		Promise.all(running).then(() => true),
		clock.sleep(graceMs, late.signal).then(
			() => false,
			() => true,
		),
	]);
	late.abort();
	signal.removeEventListener('abort', end);
	if (!inTime) log.error({ graceMs }, 'jobs did not end in time');
	return failed.length === 0 && inTime;
}

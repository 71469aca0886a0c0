import { expect } from 'chai';
import { aborted, type Job } from '../kit/job.ts';
import { silentLogger } from '../kit/logger.ts';
import { runJobs } from './run-jobs.ts';

const deps = { log: silentLogger, graceMs: 50 };
const patient = (ended: string[], name = 'patient'): Job => ({
	name,
	async run(signal) {
		await aborted(signal);
		ended.push(name);
	},
});

describe('runJobs', () => {
	it('must end all jobs when the signal fires', async () => {
		const ended: string[] = [];
		const stop = new AbortController();
		const running = runJobs([patient(ended, 'a'), patient(ended, 'b')], stop.signal, deps);
		stop.abort();
		expect(await running).to.equal(true);
		expect(ended).to.deep.equal(['a', 'b']);
	});

	it('must end the others when one fails', async () => {
		const ended: string[] = [];
		const failing: Job = { name: 'failing', run: () => Promise.reject(new Error('broken')) };
		const { signal } = new AbortController();
		expect(await runJobs([patient(ended), failing], signal, deps)).to.equal(false);
		expect(ended).to.deep.equal(['patient']);
	});

	it('must not wait longer than the grace for a job that does not end', async () => {
		const deaf: Job = { name: 'deaf', run: () => new Promise(() => undefined) };
		const stop = new AbortController();
		stop.abort();
		expect(await runJobs([deaf], stop.signal, deps)).to.equal(false);
	});
});

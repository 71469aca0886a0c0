import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { systemClock } from '../kit/clock.ts';
import { silentLogger } from '../kit/logger.ts';
import { createTargetConfigFile, type TargetConfigFile } from './target-config-file.ts';

describe('createTargetConfigFile', () => {
	let root: string;
	let stop: AbortController;
	let file: TargetConfigFile;
	let job: Promise<void>;
	beforeEach(async () => {
		root = await mkdtemp(path.join(tmpdir(), 'holdfast-target-config-'));
		stop = new AbortController();
		file = createTargetConfigFile({ root, clock: systemClock, log: silentLogger });
	});
	afterEach(async () => {
		stop.abort();
		await job;
		await rm(root, { recursive: true, force: true });
	});

	const start = (): void => void (job = file.run(stop.signal));
	const filePath = (): string => path.join(root, 'tmp/balena-supervisor/target-state-config');
	/** For as long as the test may run. */
	const until = async (text: string): Promise<void> => {
		while ((await readFile(filePath(), 'utf8').catch(() => '')) !== text) {
			await systemClock.sleep(5, new AbortController().signal);
		}
	};

	it('must hold the variables as they were received, the latest ones', async function () {
		this.timeout(30_000);
		const config = { RESIN_SUPERVISOR_DELTA: '1', BALENA_HOST_CONFIG_gpu_mem: '16' };
		file.note({ RESIN_SUPERVISOR_DELTA: '0' });
		file.note(config);
		start();
		await until(JSON.stringify(config));
		file.note({});
		await until('{}');
		expect(await readdir(path.dirname(filePath()))).to.deep.equal(['target-state-config']);
	});

	it('must go on where it cannot be written', async function () {
		this.timeout(30_000);
		await writeFile(path.join(root, 'tmp'), 'no folder');
		file.note({ A: '1' });
		start();
		file.note({ A: '2' });
		await rm(path.join(root, 'tmp'));
		file.note({ A: '3' });
		await until('{"A":"3"}');
	});
});

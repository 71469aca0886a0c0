import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { useDevice } from '../integration/support/shared.ts';
import { startCloudRegistry, type CloudRegistry } from './cloud-registry.ts';
import { describeCall } from './engine-calls.ts';
import { makeStage, type Stage } from './stage.ts';

/** Building images on a fresh computer included. */
const setUpMs = 600_000;
/** Logs of all supervisors and the last calls to their engine; one file for each suite. */
const folder = 'artifacts/supervisor';
const shared: { registry?: Promise<CloudRegistry>; bundle?: Promise<unknown> } = {};

/**
 * A stage for the tests of one `describe`, on the device that all share; the built supervisor is there. Of a test that
 * fails the end of the supervisor's log is printed; all of it is kept under artifacts/.
 */
export function useStage(): () => Stage {
	const device = useDevice();
	let stage: Stage | undefined;
	before('a stage', async function () {
		this.timeout(setUpMs);
		shared.bundle ??= buildSupervisor();
		await shared.bundle;
		shared.registry ??= startCloudRegistry(device());
		stage = await makeStage(device(), await shared.registry);
	});
	afterEach(function () {
		const isFailed = this.currentTest?.state === 'failed';
		if (isFailed && stage !== undefined) showLog(stage);
	});
	after('close the stage', async function () {
		this.timeout(60_000);
		if (stage === undefined) return;
		keepLog(this.test?.parent?.fullTitle() ?? 'stage', stage);
		await stage.close();
	});
	return () => {
		if (stage === undefined) throw new Error('only inside hooks and tests');
		return stage;
	};
}

/** Afterwards `dist/` is built from the files as they are; `TEST_BUILD=done` says that it is. */
export async function buildSupervisor(): Promise<void> {
	if (process.env['TEST_BUILD'] === 'done') return;
	await promisify(execFile)(process.execPath, ['tools/build/build.mjs']);
}

function showLog(stage: Stage): void {
	const end = stage.log().trimEnd().split('\n').slice(-25).map(shortened).join('\n');
	process.stderr.write(`\n${end}\n(all of it: ${folder})\n\n`);
}

function keepLog(title: string, stage: Stage): void {
	const calls = stage.proxy.calls().map((call) => `${describeCall(call)} -> ${call.status ?? '-'}`);
	mkdirSync(folder, { recursive: true });
	const path = `${folder}/${title.replaceAll(/\W+/g, '-')}.log`;
	writeFileSync(path, [stage.log(), '--- engine calls', ...calls].join('\n'));
}

function shortened(line: string): string {
	return line.length <= 300 ? line : `${line.slice(0, 300)}…`;
}

// Registered when a test file is loaded, outside of any suite: it runs when all of them are over.
after('remove the registry of the cloud', async function () {
	this.timeout(60_000);
	const [made] = await Promise.allSettled([shared.registry]);
	if (made.status === 'fulfilled') await made.value?.remove();
});

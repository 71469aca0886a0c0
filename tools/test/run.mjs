#!/usr/bin/env node
// Runs the asked test suites one after another. At the end it says once more what failed, as a long log is often kept by
// its end alone, and prints the sum as the last line: `N passed, N failed`.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';

const help = `usage: node tools/test/run.mjs suite … [-- mocha arguments]
Suites: check (the static checks, counted as one test), unit, integration, e2e.
TEST_JOBS=2 in the environment: the two halves of integration, which share nothing, run at once. Default: 1.`;

const suites = {
	unit: {
		files: ['src', 'tools', 'bench', 'dashboard', 'test/contract'].map(
			(folder) => `${folder}/**/*.test.ts`,
		),
		timeoutMs: 20_000,
	},
	integration: {
		files: ['test/integration/**/*.test.ts', 'test/faults/**/*.test.ts'],
		timeoutMs: 180_000,
	},
	e2e: { files: ['test/e2e/**/*.test.ts'], timeoutMs: 900_000 },
};

const separator = process.argv.indexOf('--');
const names = process.argv.slice(2, separator === -1 ? undefined : separator);
const mochaArgs = separator === -1 ? [] : process.argv.slice(separator + 1);
if (names.includes('--help') || names.length === 0) {
	process.stdout.write(`${help}\n`);
	process.exit(names.length === 0 ? 2 : 0);
}

const run = (command, args, stdio = 'inherit') =>
	new Promise((resolve) => {
		const child = spawn(command, args, { stdio });
		child.on('error', () => resolve(127));
		child.on('close', (code) => resolve(code ?? 1));
	});

const oneFailure = (title, error) => ({ passes: 0, failures: 1, failed: [{ title, error }] });

async function runCheck() {
	const needsImages = names.some((name) => ['integration', 'e2e'].includes(name));
	const images = needsImages ? makeImages() : undefined;
	const code = await run('node', ['tools/check/run.mjs']);
	await images;
	if (code === 0) return { passes: 1, failures: 0, failed: [] };
	return oneFailure('npm run check', 'a static check failed: see its output above');
}

/**
 * The images take a while, most of it waiting for packages: they are made beside the static checks, and done before any
 * test begins. When that fails, so will the suite that needs them, and say why.
 */
async function makeImages() {
	const startedAt = performance.now();
	mkdirSync('artifacts/test', { recursive: true });
	const log = openSync('artifacts/test/images.log', 'w');
	const args = ['--import', 'tsx', 'tools/test/images.ts'];
	const code = await run(process.execPath, args, ['ignore', log, log]);
	closeSync(log);
	const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
	const outcome = code === 0 ? 'are there' : 'could not be made: see artifacts/test/images.log';
	process.stdout.write(`images of the tests ${outcome} (${seconds} s)\n`);
}

/** Runs a suite; its folders side by side where that is asked for, and the output of each whole, one after another. */
async function runMocha(name) {
	const { files } = suites[name];
	mkdirSync('artifacts/test', { recursive: true });
	if (name !== 'integration' || process.env.TEST_JOBS !== '2') return runFiles(name, name, files);
	const code = await run('node', ['tools/build/build.mjs']); // else each half would write it while the other reads
	if (code !== 0) return oneFailure(name, 'the supervisor cannot be built');
	process.env.TEST_BUILD = 'done';
	const halves = files.map(async (pattern, at) => {
		const path = `artifacts/test/${name}-${at + 1}.log`;
		const log = openSync(path, 'w');
		const result = await runFiles(name, `${name}-${at + 1}`, [pattern], ['ignore', log, log]);
		closeSync(log);
		process.stdout.write(readFileSync(path));
		return result;
	});
	const results = await Promise.all(halves);
	return {
		passes: results.reduce((sum, { passes }) => sum + passes, 0),
		failures: results.reduce((sum, { failures }) => sum + failures, 0),
		failed: results.flatMap(({ failed }) => failed),
	};
}

/** Files that end without a report (a crash at load, say) count as one failure, never as nothing. */
async function runFiles(name, title, files, stdio) {
	const report = `artifacts/test/${title}.json`;
	rmSync(report, { force: true });
	const { timeoutMs } = suites[name];
	const mocha = [
		'--node-option',
		'import=tsx',
		'--require',
		'./tools/test/properties.mjs',
		'--reporter',
		'./tools/test/reporter.cjs',
		'--reporter-option',
		`output=${report}`,
		'--timeout',
		String(timeoutMs),
		'--forbid-only',
		...(process.stdout.isTTY ? [] : ['--no-color']),
		...mochaArgs,
		...files,
	];
	const code = await run('node_modules/.bin/mocha', mocha, stdio);
	try {
		const result = JSON.parse(readFileSync(report, 'utf8'));
		if (code === 0 || result.failures > 0) return result;
		return { ...oneFailure(title, `mocha ended with code ${code}`), passes: result.passes };
	} catch (error) {
		return oneFailure(title, `no report, mocha ended with code ${code}: ${error.message}`);
	}
}

/** The suite, the title and the first twelve lines of the error. */
const describeFailure = ({ suite, title, error }) =>
	`  ${suite}: ${title}\n${error
		.split('\n')
		.slice(0, 12)
		.map((line) => `      ${line}`)
		.join('\n')}`;

const total = { passes: 0, failures: 0, failed: [] };
for (const name of names) {
	if (name !== 'check' && !(name in suites)) {
		process.stderr.write(`no such suite: ${name}\n${help}\n`);
		process.exit(2);
	}
	process.stdout.write(`\n== ${name}\n`);
	const { passes, failures, failed } = await (name === 'check' ? runCheck() : runMocha(name));
	total.passes += passes;
	total.failures += failures;
	total.failed.push(...failed.map((failure) => ({ suite: name, ...failure })));
}
if (total.failed.length > 0)
	process.stdout.write(`\nFailed:\n${total.failed.map(describeFailure).join('\n')}\n`);
process.stdout.write(`\n${total.passes} passed, ${total.failures} failed\n`);
process.exit(total.failures === 0 && total.passes > 0 ? 0 : 1);

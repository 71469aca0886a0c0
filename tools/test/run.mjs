#!/usr/bin/env node
// Runs the asked test suites one after another. At the end it says once more what failed, as a long log is often kept by
// its end alone, and prints the sum as the last line: `N passed, N failed`.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';

const help = `usage: node tools/test/run.mjs suite … [-- mocha arguments]
Suites: check (the static checks, counted as one test), unit, integration, e2e.`;

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

const run = (command, args) =>
	new Promise((resolve) => {
		const child = spawn(command, args, { stdio: 'inherit' });
		child.on('error', () => resolve(127));
		child.on('close', (code) => resolve(code ?? 1));
	});

const oneFailure = (title, error) => ({ passes: 0, failures: 1, failed: [{ title, error }] });

async function runCheck() {
	const code = await run('node', ['tools/check/run.mjs']);
	if (code === 0) return { passes: 1, failures: 0, failed: [] };
	return oneFailure('npm run check', 'a static check failed: see its output above');
}

/** A suite that ends without a report (a crash at load, say) counts as one failure, never as nothing. */
async function runMocha(name) {
	const report = `artifacts/test/${name}.json`;
	mkdirSync('artifacts/test', { recursive: true });
	rmSync(report, { force: true });
	const { files, timeoutMs } = suites[name];
	const code = await run('node_modules/.bin/mocha', [
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
	]);
	try {
		const result = JSON.parse(readFileSync(report, 'utf8'));
		if (code === 0 || result.failures > 0) return result;
		return { ...oneFailure(name, `mocha ended with code ${code}`), passes: result.passes };
	} catch (error) {
		return oneFailure(name, `no report, mocha ended with code ${code}: ${error.message}`);
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

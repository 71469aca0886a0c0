#!/usr/bin/env node
// Runs every static check side by side and prints the output of those that fail. Exit code 1 if any failed.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

const help = `usage: npm run check [-- name …]
Checks: types, lint, format, imports (the import law), generated (stale documents). Without a name, all of them.`;

const checks = {
	types: ['tsc', '--noEmit'],
	dashboard: ['tsc', '--noEmit', '-p', 'dashboard'],
	lint: ['eslint', '--cache', '--cache-location', '.cache/eslint', '--max-warnings', '0', '.'],
	format: [
		'prettier',
		'--check',
		'--cache',
		'--cache-location',
		'.cache/prettier',
		'--log-level',
		'warn',
		'.',
	],
	imports: ['depcruise', '--config', '.dependency-cruiser.cjs', 'src'],
	...(existsSync('tools/generate/main.ts')
		? { generated: ['tsx', 'tools/generate/main.ts', '--check'] }
		: {}),
};

const asked = process.argv.slice(2);
if (asked.includes('--help')) {
	process.stdout.write(`${help}\n`);
	process.exit(0);
}
const unknown = asked.filter((name) => !(name in checks));
if (unknown.length > 0) {
	process.stderr.write(`no such check: ${unknown.join(', ')}\n${help}\n`);
	process.exit(2);
}

/** Resolves to whether the check passed; its output is printed when it did not. */
function runCheck(name) {
	const [command, ...args] = checks[name];
	const startedAt = performance.now();
	return new Promise((resolve) => {
		const child = spawn(`node_modules/.bin/${command}`, args, {
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		let output = '';
		child.stdout.on('data', (chunk) => (output += chunk));
		child.stderr.on('data', (chunk) => (output += chunk));
		child.on('error', (error) => (output += error.message));
		child.on('close', (code) => {
			const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
			process.stdout.write(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)\n`);
			if (code !== 0) process.stdout.write(`${output}\n`);
			resolve(code === 0);
		});
	});
}

const names = asked.length > 0 ? asked : Object.keys(checks);
const results = await Promise.all(names.map(runCheck));
process.exit(results.every(Boolean) ? 0 : 1);

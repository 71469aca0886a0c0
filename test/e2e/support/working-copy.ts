import { spawn } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository } from './dindctl.ts';

/** What the supervisor is built from, and the tools that do it. */
const PARTS = [
	...['src', 'dashboard', 'tools', 'sync.ts'],
	...['package.json', 'package-lock.json', 'tsconfig.json'],
];

/** A copy of the repository, to be changed as a developer changes it. */
export interface WorkingCopy {
	readonly root: string;
	/** Adds a line to the supervisor's first file. */
	change(line: string): void;
	remove(): void;
}

export function createWorkingCopy(): WorkingCopy {
	const root = mkdtempSync(join(tmpdir(), 'hf-e2e-copy-'));
	for (const part of PARTS) cpSync(join(repository, part), join(root, part), { recursive: true });
	symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
	return {
		root,
		change: (line) => appendFileSync(join(root, 'src/main.ts'), `${line}\n`),
		remove: () => rmSync(root, { recursive: true }),
	};
}

/** `./sync.ts` of a working copy, while it runs. */
export interface RunningSync {
	/** Everything it has written so far. */
	said(): string;
	/** Sends what Ctrl-C does and resolves to the exit code. */
	interrupt(): Promise<number>;
}

export function startSync({ root }: WorkingCopy, args: readonly string[]): RunningSync {
	const script = join(root, 'sync.ts');
	const child = spawn('node', ['--import', 'tsx', script, ...args], {
		cwd: root,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let said = '';
	child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
	child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
	const ended = new Promise<number>((done) => child.on('close', (code) => done(code ?? 1)));
	return {
		said: () => said,
		interrupt: async () => {
			child.kill('SIGINT');
			return await ended;
		},
	};
}

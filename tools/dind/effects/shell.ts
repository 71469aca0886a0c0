import { spawn } from 'node:child_process';
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { pipeline } from 'node:stream/promises';
import type { Argv } from '../commands/argv.ts';
import { toShellText } from '../commands/argv.ts';
import { ToolError } from './errors.ts';

export interface CommandResult {
	readonly code: number;
	readonly stdout: string;
	readonly stderr: string;
}

export interface CaptureOptions {
	/** Text for the command's standard input; empty by default. */
	readonly input?: string;
	/** Added to the environment of this process. */
	readonly env?: Readonly<Record<string, string>>;
	readonly cwd?: string;
	/** Ends the command when it fires. */
	readonly signal?: AbortSignal;
}

/** Runs commands. A command that cannot be started at all ends like one with exit code 127. */
export interface Shell {
	/** Runs to the end and returns what it printed, whatever its exit code. */
	capture(argv: Argv, options?: CaptureOptions): Promise<CommandResult>;
	/** Runs to the end and returns its trimmed output. @throws {ToolError} on a non-zero exit code */
	read(argv: Argv, options?: CaptureOptions): Promise<string>;
	/** Runs on the terminal of this process; resolves to the exit code. */
	inherit(argv: Argv, options?: CaptureOptions): Promise<number>;
	/** Feeds the output of one command to another. @throws {ToolError} if either fails */
	pipe(from: Argv, to: Argv): Promise<string>;
	/** As {@link Shell.pipe}, and returns how the second ended. @throws {ToolError} if only the first fails */
	feed(from: Argv, to: Argv): Promise<CommandResult>;
}

export function createShell(): Shell {
	return { capture, read, inherit, pipe, feed };
}

function start(argv: Argv, options: SpawnOptions): ChildProcess {
	const [program, ...args] = argv;
	return spawn(program, args, options);
}

function toSpawnOptions({ env, cwd, signal }: CaptureOptions): SpawnOptions {
	return {
		env: { ...process.env, ...env },
		...(cwd === undefined ? {} : { cwd }),
		...(signal === undefined ? {} : { signal }),
	};
}

async function capture(argv: Argv, options: CaptureOptions = {}): Promise<CommandResult> {
	const child = start(argv, { ...toSpawnOptions(options), stdio: 'pipe' });
	child.stdin?.on('error', () => undefined); // the command may end before it has read everything
	child.stdin?.end(options.input ?? '');
	return await gather(child);
}

async function read(argv: Argv, options?: CaptureOptions): Promise<string> {
	const result = await capture(argv, options);
	if (result.code !== 0) throw commandFailed(argv, result);
	return result.stdout.trim();
}

/** The error for a command that had no reason to fail; shows the command and the end of its output. */
export function commandFailed(argv: Argv, { code, stdout, stderr }: CommandResult): ToolError {
	const said = (stderr.trim() || stdout.trim()).split('\n').slice(-15).join('\n');
	return new ToolError(`${toShellText(argv)}\nended with exit code ${code}:\n${said}`);
}

async function inherit(argv: Argv, options: CaptureOptions = {}): Promise<number> {
	const child = start(argv, { ...toSpawnOptions(options), stdio: 'inherit' });
	// Ctrl-C goes to the whole foreground group: let the command decide what it means and report its code.
	const ignore = () => undefined;
	process.on('SIGINT', ignore);
	try {
		return (await gather(child)).code;
	} finally {
		process.off('SIGINT', ignore);
	}
}

async function pipe(from: Argv, to: Argv): Promise<string> {
	const result = await feed(from, to);
	if (result.code !== 0) throw commandFailed(to, result);
	return result.stdout.trim();
}

async function feed(from: Argv, to: Argv): Promise<CommandResult> {
	const source = start(from, { stdio: ['ignore', 'pipe', 'pipe'] });
	const sink = start(to, { stdio: ['pipe', 'pipe', 'pipe'] });
	const ended = Promise.all([gather(source, { readStdout: false }), gather(sink)]);
	if (source.stdout && sink.stdin) {
		await pipeline(source.stdout, sink.stdin).catch(() => undefined); // the exit codes tell more
	}
	const [sourceResult, sinkResult] = await ended;
	// A sink that ends early breaks the source: then its own words count.
	if (sinkResult.code === 0 && sourceResult.code !== 0) throw commandFailed(from, sourceResult);
	return sinkResult;
}

function gather(child: ChildProcess, { readStdout = true } = {}): Promise<CommandResult> {
	return new Promise((resolve) => {
		const stdout: Buffer[] = [];
		const stderr: Buffer[] = [];
		if (readStdout) child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
		child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
		const finish = (code: number, message = '') => {
			resolve({
				code,
				stdout: Buffer.concat(stdout).toString('utf8'),
				stderr: Buffer.concat(stderr).toString('utf8') + message,
			});
		};
		child.on('error', (error) => finish(127, error.message));
		child.on('close', (code, signal) => finish(code ?? (signal === 'SIGINT' ? 130 : 1)));
	});
}

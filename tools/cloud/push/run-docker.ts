import { spawn } from 'node:child_process';
import { PushError } from './errors.ts';

export interface DockerCall {
	args: readonly string[];
	/** Added to our own environment. */
	env?: Readonly<Record<string, string>>;
	signal?: AbortSignal | undefined;
}

export interface DockerResult {
	code: number;
	stdout: string;
	/** Both streams as they came. */
	output: string;
}

/** Runs the `docker` command to its end, whatever its exit code. */
export type RunDocker = (call: DockerCall) => Promise<DockerResult>;

/** @throws {PushError} NO_ENGINE when there is no such command; an AbortError when the signal fires */
export const runDocker: RunDocker = ({ args, env = {}, signal }) =>
	new Promise((resolve, reject) => {
		const child = spawn('docker', args, {
			stdio: ['ignore', 'pipe', 'pipe'],
			env: { ...process.env, ...env },
			...(signal === undefined ? {} : { signal }),
		});
		let stdout = '';
		let output = '';
		child.stdout.setEncoding('utf8').on('data', (text: string) => {
			stdout += text;
			output += text;
		});
		child.stderr.setEncoding('utf8').on('data', (text: string) => {
			output += text;
		});
		child.once('error', (cause) => {
			if (signal?.aborted === true) reject(cause);
			else reject(new PushError('NO_ENGINE', `docker cannot be run: ${cause.message}`, { cause }));
		});
		child.once('close', (code) => {
			resolve({ code: code ?? 1, stdout, output });
		});
	});

/** The last lines of what a command printed. */
export const tailOf = (output: string, lines = 30): string =>
	output.trimEnd().split('\n').slice(-lines).join('\n');

import { execFile } from 'node:child_process';
import { SupervisorError } from '../kit/errors.ts';

export interface Program {
	readonly path: string;
	readonly args: readonly string[];
	/** What it reads; default nothing. */
	readonly input?: string | undefined;
	/** All of its environment. */
	readonly env: Readonly<Record<string, string>>;
}

/** Time that a program may take, in milliseconds. */
const limitMs = 30_000;
const mostOutputBytes = 8 * 1024 * 1024;

/**
 * Runs a program to its end. @returns what it wrote
 * @throws {SupervisorError} HOST_FAILED, with what it said, when it is not there, fails, or takes too long
 */
export function runProgram({ path, args, input = '', env }: Program): Promise<string> {
	const options = { timeout: limitMs, maxBuffer: mostOutputBytes, killSignal: 'SIGKILL', env };
	return new Promise((resolve, reject) => {
		const child = execFile(path, args, { ...options, killSignal: 'SIGKILL' }, (err, out, said) => {
			if (err === null) resolve(out);
			else reject(toFailure(path, err, said));
		});
		child.stdin?.on('error', () => undefined); // it ended before it had read all: its exit tells why
		child.stdin?.end(input);
	});
}

function toFailure(path: string, err: Error, said: string): SupervisorError {
	const reason = said.trim() === '' ? err.message : said.trim();
	return new SupervisorError(`${path}: ${reason}`, { code: 'HOST_FAILED', cause: err });
}

import { spawn } from 'node:child_process';
import type { Argv } from '../commands/argv.ts';
import { toShellText } from '../commands/argv.ts';
import { ToolError } from './errors.ts';

/**
 * What a command writes to its standard output, as it comes. The command is ended when the reader leaves.
 * @throws {ToolError} at the end, when it ends with another exit code than 0
 */
export async function* outputOf(
	[program, ...args]: Argv,
	signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
	const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], signal });
	let said = '';
	child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
	const ended = new Promise<number>((resolve) => {
		child.once('error', (err) => {
			said += err.message;
			resolve(127);
		});
		child.once('close', (code) => resolve(code ?? 1));
	});
	try {
		for await (const chunk of child.stdout) yield chunk as Uint8Array;
		const code = await ended;
		if (code === 0) return;
		throw new ToolError(
			`${toShellText([program, ...args])}\nended with exit code ${code}:\n${said.trim()}`,
		);
	} finally {
		child.kill();
	}
}

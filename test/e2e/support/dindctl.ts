import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { wordsOf } from '../../../tools/check/document-runs.ts';

export const repository = resolve(import.meta.dirname, '../../..');

export interface Outcome {
	readonly code: number;
	readonly stdout: string;
	readonly stderr: string;
	readonly tookMs: number;
}

/** What the scenarios read of `dindctl status --json`. */
export const Status = z.object({
	device: z.object({ uuid: z.string().nullable(), name: z.string().nullable() }),
	apps: z.array(
		z.object({
			name: z.string(),
			release: z.string().nullable(),
			services: z.array(z.object({ name: z.string(), status: z.string() })),
		}),
	),
	urls: z.object({ api: z.string(), page: z.string().nullable() }),
	problem: z.string().nullable(),
});
export type Status = z.infer<typeof Status>;

export interface DindctlOptions {
	/** Begins every container, volume and network of the scenario. */
	readonly name: string;
	/** First of ten ports that are the scenario's own. */
	readonly firstPort: number;
}

/** The command line as a person uses it, for one device of its own. */
export interface Dindctl {
	readonly name: string;
	readonly sshPort: number;
	/** Any command; `--name` is put behind its first word. */
	call(...args: string[]): Promise<Outcome>;
	/** `run` on the scenario's ports. Fails the test unless it ends well. */
	run(...args: string[]): Promise<Outcome>;
	/**
	 * Runs a command as a document prints it, on this device: see wordsOf for what stands in the place of its words. Fails the
	 * test unless it ends well.
	 */
	follow(
		command: string,
		places?: Readonly<Record<string, string>>,
		...more: string[]
	): Promise<Outcome>;
	/** Runs a block of a document for the shell on this device, and fails the test unless it ends well. */
	followBlock(block: string): Promise<Outcome>;
	/** As {@link Dindctl.call}, and fails the test unless it ends well. */
	mustCall(...args: string[]): Promise<Outcome>;
	/** Runs a command that does not end by itself, and ends it as Ctrl-C does once it has said something. */
	glimpse(...args: string[]): Promise<Outcome>;
	status(): Promise<Status>;
}

export interface ExecuteOptions {
	/** Once this is so of what it has printed, the program is told to end, as by Ctrl-C. Default: never. */
	readonly isEnough?: (stdout: string) => boolean;
}

/** Runs a program to its end. */
export function execute(
	program: string,
	args: readonly string[],
	{ isEnough = () => false }: ExecuteOptions = {},
): Promise<Outcome> {
	const startedAt = performance.now();
	return new Promise((done) => {
		const child = spawn(program, args, { cwd: repository, stdio: ['ignore', 'pipe', 'pipe'] });
		let stdout = '';
		let stderr = '';
		child.stdout.on('data', (chunk: Buffer) => {
			const wasEnough = isEnough(stdout);
			stdout += chunk.toString();
			if (!wasEnough && isEnough(stdout)) child.kill('SIGINT');
		});
		child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
		child.on('error', (error) => (stderr += error.message));
		child.on('close', (code) => {
			done({ code: code ?? 1, stdout, stderr, tookMs: performance.now() - startedAt });
		});
	});
}

/** As {@link execute}, and throws with the program's output unless it ends with 0. */
export async function mustExecute(
	program: string,
	args: readonly string[],
	options: ExecuteOptions = {},
): Promise<Outcome> {
	const outcome = await execute(program, args, options);
	if (outcome.code === 0) return outcome;
	const said = `${outcome.stdout}\n${outcome.stderr}`;
	throw new Error(`${program} ${args.join(' ')} ended with ${outcome.code}:\n${said}`);
}

export function createDindctl({ name, firstPort }: DindctlOptions): Dindctl {
	const program = join(repository, 'dindctl');
	/** Help and completion are the same for every device. */
	const withName = ([command = '', ...rest]: string[]) =>
		[command, ...rest].some((word) => ['--help', 'completion'].includes(word))
			? [command, ...rest]
			: [command, '--name', name, ...rest];
	const sshPort = firstPort + 2;
	const ports = ['--api-port', '--page-port', '--ssh-port', '--cloud-port', '--registry-port'];
	const portArgs = ports.flatMap((flag, index) => [flag, String(firstPort + index)]);
	const mustCall = (...args: string[]) => mustExecute(program, withName(args));
	const withPorts = ([command = '', ...rest]: string[]) =>
		command === 'run' ? [command, ...portArgs, ...rest] : [command, ...rest];
	return {
		name,
		sshPort,
		mustCall,
		follow: (command, places = {}, ...more) =>
			mustCall(...withPorts([...wordsOf(command, places).slice(1), ...more])),
		followBlock(block) {
			const script = block
				.replaceAll(/^\.\/dindctl (\w+)/gm, (_, command: string) =>
					['./dindctl', ...withName(withPorts([command]))].join(' '),
				)
				.replaceAll(/\bholdfast-(?=cloud|device)/g, `${name}-`)
				.replaceAll(/\b48400\b/g, String(firstPort + ports.indexOf('--cloud-port')));
			return mustExecute('bash', ['-euc', script]);
		},
		call: (...args) => execute(program, withName(args)),
		glimpse: (...args) => mustExecute(program, withName(args), { isEnough: (said) => said !== '' }),
		run: (...args) => mustCall(...withPorts(['run', ...args])),
		async status() {
			const { stdout } = await execute(program, withName(['status', '--json']));
			return Status.parse(JSON.parse(stdout));
		},
	};
}

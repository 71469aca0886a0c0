import type { CommandResult } from '../effects/shell.ts';
import { ToolError } from '../effects/errors.ts';
import type { Transport } from './commands.ts';
import { toAddress, NO_ENGINE, NO_SUPERVISOR, NOT_BACK, NOT_COPIED, NOT_WELL } from './commands.ts';
import { noSpace } from './place.ts';

/** What a failed command on the device means, and what to do about it. */
export function explainFailure(transport: Transport, result: CommandResult): ToolError {
	const at = toAddress(transport);
	if (result.code === NO_SUPERVISOR) return noSupervisor(at);
	if (result.code === NOT_COPIED) return explainCopy(at, result);
	if (result.code === NOT_BACK || result.code === NOT_WELL) return notBack(at, result.code);
	if (result.code === NO_ENGINE && transport.kind === 'engine') return explainEngine(at);
	if (result.code === NO_ENGINE) {
		return new ToolError(`${at} answers ssh, but has no container engine that answers`, {
			todo: 'Is it a device? Its engine may still be starting; try again.',
		});
	}
	return transport.kind === 'ssh' ? explainSsh(at, result) : explainEngine(at);
}

function noSupervisor(at: string): ToolError {
	return new ToolError(`the device at ${at} has no supervisor container`, {
		todo: 'Its supervisor may still be starting; see its journal (./dindctl logs).',
	});
}

function explainCopy(at: string, { stderr }: CommandResult): ToolError {
	if (/no space left/i.test(stderr)) return noSpace(at, lastLine(stderr));
	const todo =
		'Put the released image back with --reset: what is there now may be half a supervisor.';
	return new ToolError(`nothing can be copied to the supervisor at ${at} (${lastLine(stderr)})`, {
		todo,
	});
}

function notBack(at: string, code: number): ToolError {
	const what =
		code === NOT_BACK
			? 'did not come up again within 30 s'
			: 'came up, but does not say that it is well';
	return new ToolError(`the supervisor at ${at} ${what}`, {
		todo: 'See its journal (journalctl -n 50 on the device). Another change, or --reset, puts it right.',
	});
}

function lastLine(text: string): string {
	return text.trim().split('\n').at(-1) ?? '';
}

function explainEngine(at: string): ToolError {
	return new ToolError(`no container engine answers on ${at}`, {
		todo: 'Only development images open the engine to the network; without --engine-tcp, ssh is used.',
	});
}

const SSH_FAILURES: readonly {
	readonly sign: RegExp;
	readonly what: string;
	readonly todo: string;
}[] = [
	{
		sign: /could not resolve/i,
		what: 'is not a known host',
		todo: "Give the device's address, as your dashboard or `./dindctl status` shows it.",
	},
	{
		sign: /connection refused/i,
		what: 'refuses ssh connections',
		todo: 'Production images do not open that port; use a development image (in Docker: ./dindctl run --ssh), or name another with --port.',
	},
	{
		sign: /timed out|no route|unreachable/i,
		what: 'does not answer',
		todo: 'Is the device on, and on this network?',
	},
	{
		sign: /permission denied|authentication/i,
		what: 'lets root in neither without a password nor with your keys',
		todo: 'Use a development image, or add your public key to `os.sshKeys` of its config.json.',
	},
	{
		sign: /kex_exchange|banner|protocol mismatch|connection closed|reset by peer/i,
		what: 'closes the connection before ssh is up',
		todo: 'Is it ssh that listens there? Name another port with --port.',
	},
];

function explainSsh(at: string, { code, stderr }: CommandResult): ToolError {
	if (code === 127) {
		return new ToolError('there is no ssh on this computer', {
			todo: 'Install the OpenSSH client (package openssh-client), or use --engine-tcp.',
		});
	}
	const known = SSH_FAILURES.find(({ sign }) => sign.test(stderr));
	const said = stderr.trim() === '' ? `exit code ${code}` : stderr.trim();
	if (known === undefined) return new ToolError(`ssh to ${at} failed: ${said}`);
	return new ToolError(`${at} ${known.what} (${said})`, { todo: known.todo });
}

#!/usr/bin/env -S sh -c 'exec "$(dirname "$0")/tools/setup/ts" "$0" "$@"'
import { Command, CommanderError, Option } from 'commander';
import { createTools } from './tools/dind/actions/create-tools.ts';
import { ToolError } from './tools/dind/effects/errors.ts';
import { parsePort } from './tools/dind/cli/port-options.ts';
import { sync } from './tools/dind/sync/sync.ts';

interface Options {
	readonly port?: number;
	readonly engineTcp: boolean;
	readonly optimize: boolean;
	readonly follow: boolean;
}

const program = new Command('sync.ts')
	.description(
		"Build this repository's supervisor and put it onto a running device: copies ./dist into the\nsupervisor's container there, restarts it and shows its log. The apps keep running.",
	)
	.argument('<ip>', "the device's address or host name")
	.addOption(
		new Option(
			'-p, --port <port>',
			'port of ssh (default: 22222), or of the engine (default: 2375)',
		).argParser(parsePort),
	)
	.option('--engine-tcp', "reach the device's engine directly instead of over ssh", false)
	.option('-n, --no-optimize', 'build without minifying')
	.option('-f, --follow', 'keep showing the log until Ctrl-C', false)
	.helpOption('-h, --help', 'show this')
	.addHelpText(
		'after',
		`
Examples:
  ./sync.ts 192.168.1.17
  ./sync.ts 127.0.0.1 --port 22222 --follow     a device of ./dindctl run --ssh

The device must be a development image: root may log in with your ssh keys or without a password.
Exit codes: 0 done, 1 failed, 2 wrong usage.`,
	)
	.showHelpAfterError('(--help shows what there is)')
	.configureOutput({ getOutHelpWidth: () => 100, getErrHelpWidth: () => 100 })
	.exitOverride()
	.action(async (host: string, { port, engineTcp, optimize, follow }: Options) => {
		const kind = engineTcp ? 'engine' : 'ssh';
		const transport = { kind, host, port: port ?? (engineTcp ? 2375 : 22_222) } as const;
		const root = import.meta.dirname;
		const tools = createTools({ root, signal: new AbortController().signal });
		process.exitCode = await sync(tools, { transport, optimize, follow });
	});

try {
	await program.parseAsync();
} catch (thrown) {
	if (thrown instanceof CommanderError) process.exitCode = thrown.exitCode === 0 ? 0 : 2;
	else if (thrown instanceof ToolError) {
		process.stderr.write(`sync.ts: ${[thrown.message, thrown.todo ?? ''].join('\n').trim()}\n`);
		process.exitCode = thrown.exitCode;
	} else throw thrown;
}

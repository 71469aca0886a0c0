#!/usr/bin/env -S sh -c 'exec "$(dirname "$0")/tools/setup/ts" "$0" "$@"'
import { Command, CommanderError, Option } from 'commander';
import { createTools } from './tools/dind/actions/create-tools.ts';
import { ARCHITECTURES } from './tools/dind/commands/names.ts';
import { ToolError } from './tools/dind/effects/errors.ts';
import { parsePort } from './tools/dind/cli/port-options.ts';
import { resetToRelease, sync } from './tools/dind/sync/sync.ts';
import { syncAndWatch } from './tools/dind/sync/watch.ts';

interface Options {
	readonly port?: number;
	readonly engineTcp: boolean;
	readonly optimize: boolean;
	readonly follow: boolean;
	readonly watch: boolean;
	readonly reset: boolean;
	readonly arch?: string;
}

const interrupted = new AbortController();

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
	.addOption(
		new Option('-a, --arch <arch>', 'refuse a device with another processor').choices(
			ARCHITECTURES,
		),
	)
	.option('-n, --no-optimize', 'build without minifying')
	.option('-f, --follow', 'keep showing the log until Ctrl-C', false)
	.addOption(
		new Option('-w, --watch', 'sync again with every change of the code, until Ctrl-C')
			.default(false)
			.conflicts('reset'),
	)
	.option('--reset', 'put the released image back, and do nothing else', false)
	.helpOption('-h, --help', 'show this')
	.addHelpText(
		'after',
		`
Examples:
  ./sync.ts 192.168.1.17
  ./sync.ts 192.168.1.17 --watch                a changed file runs there a moment later
  ./sync.ts 192.168.1.17 --reset                the supervisor of the device's release again
  ./sync.ts 127.0.0.1 --port 22222 --follow     a device of ./dindctl run --ssh

The device must be a development image: root may log in with your ssh keys or without a password.
Exit codes: 0 done, 1 failed, 2 wrong usage.`,
	)
	.showHelpAfterError('(--help shows what there is)')
	.configureOutput({ getOutHelpWidth: () => 100, getErrHelpWidth: () => 100 })
	.exitOverride()
	.action(async (host: string, { port, engineTcp, watch, reset, ...options }: Options) => {
		const kind = engineTcp ? 'engine' : 'ssh';
		const transport = { kind, host, port: port ?? (engineTcp ? 2375 : 22_222) } as const;
		const root = import.meta.dirname;
		const tools = createTools({ root, signal: interrupted.signal });
		if (reset) {
			process.exitCode = await resetToRelease(tools, { transport });
			return;
		}
		if (watch) process.once('SIGINT', () => interrupted.abort(new Error('interrupted')));
		const run = watch ? syncAndWatch : sync;
		process.exitCode = await run(tools, { transport, ...options });
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

import { Argument, Option } from 'commander';
import type { Command } from 'commander';
import { SHELLS, toCompletion } from '../completion/completion.ts';
import type { ShellName } from '../completion/completion.ts';
import { examples } from './examples.ts';
import type { JsonOption, NameOption } from './options.ts';
import { addJson, addName } from './options.ts';
import type { ProgramDeps, PushOptions, ShellOptions } from './verb-types.ts';

export function addPush(program: Command, { verbs, onExit }: ProgramDeps): void {
	addName(program.command('push'))
		.summary('make a folder a release of the development cloud')
		.description(
			'Build a folder with a docker-compose.yml and make it a release of the development cloud.\nThe devices of the fleet update to it.',
		)
		.argument('<dir>', 'folder of the app')
		.addOption(
			new Option('--fleet <name>', 'fleet that gets the release (default: the first fleet)'),
		)
		.addOption(new Option('--json', 'print the release as one JSON object').default(false))
		.addHelpText('after', examples('push examples/hello'))
		.action(async (dir: string, options: PushOptions) => onExit(await verbs.push(dir, options)));
}

export function addShell(program: Command, { verbs, onExit }: ProgramDeps): void {
	addName(program.command('shell'))
		.summary('a root shell on the device, or one in a service')
		.description('A root shell on the device or in a service of it, or one command there.')
		.argument('[command...]', 'command to run instead of a shell')
		.addOption(new Option('--service <name>', 'in the container of this service'))
		.passThroughOptions()
		.addHelpText(
			'after',
			examples('shell', 'shell docker ps', 'shell --service web', 'shell --service web env'),
		)
		.action(async (command: string[], options: ShellOptions) =>
			onExit(await verbs.shell(command, options)),
		);
}

export function addApi(program: Command, { verbs, onExit }: ProgramDeps): void {
	addJson(addName(program.command('api')), 'print status and body as one JSON object')
		.summary("a request to the supervisor's API")
		.description(
			"Ask the supervisor's API with its global key and print the answer.\nExit code 1 for statuses of 400 and above.",
		)
		.argument('<method>', 'GET, POST, PATCH …')
		.argument('<path>', 'path and query, /v1/device')
		.argument('[body]', 'JSON body')
		.addHelpText(
			'after',
			examples(
				'api GET /v1/device',
				`api POST /v2/applications/1/restart-service '{"serviceName":"web"}'`,
			),
		)
		.action(
			async (
				method: string,
				path: string,
				...rest: [string | undefined, NameOption & JsonOption]
			) => {
				const [body, options] = rest;
				onExit(await verbs.api({ method, path, ...(body === undefined ? {} : { body }) }, options));
			},
		);
}

export function addCompletion(program: Command, { print, onExit }: ProgramDeps): void {
	program
		.command('completion')
		.summary('a script that makes your shell complete dindctl')
		.description(
			'Print a script that makes your shell complete the commands and options of dindctl.\nAlso for ./dindctl, where the shell goes by the last part of a path (bash and zsh do).',
		)
		.addArgument(new Argument('<shell>', 'your shell').choices(SHELLS))
		.addHelpText(
			'after',
			`
Where to put it:
  bash   source <(./dindctl completion bash)          in ~/.bashrc, with the whole path
  zsh    source <(./dindctl completion zsh)           in ~/.zshrc, after compinit
  fish   ./dindctl completion fish | source           in ~/.config/fish/config.fish`,
		)
		.action((shell: ShellName) => {
			print(toCompletion(program, shell));
			onExit(0);
		});
}

import { Command, Option } from 'commander';
import type { Architecture } from '../commands/names.ts';
import type { ImageOptions, NameOption, RunOptions } from './options.ts';
import { addImageOptions, addName, addRunOptions } from './options.ts';

export type StatusOptions = NameOption & { readonly json: boolean; readonly watch: boolean };
export type PlanCommandOptions = NameOption & { readonly app?: string; readonly json: boolean };
export type EventsOptions = NameOption & {
	readonly types?: string;
	readonly all: boolean;
	readonly json: boolean;
};
export type StopCommandOptions = NameOption & { readonly clean: boolean };
export type RefreshOptions = NameOption & { readonly optimize: boolean };
export type BuildOptions = ImageOptions;
export interface PushOptions extends NameOption {
	readonly fleet?: string;
	readonly json: boolean;
}

/** What the command line can ask for. Each resolves to the exit code. */
export interface Verbs {
	run(options: RunOptions): Promise<number>;
	build(options: BuildOptions): Promise<number>;
	buildrun(options: RunOptions): Promise<number>;
	refresh(options: RefreshOptions): Promise<number>;
	logs(journalArgs: readonly string[], options: NameOption): Promise<number>;
	status(options: StatusOptions): Promise<number>;
	plan(dir: string, options: PlanCommandOptions): Promise<number>;
	events(options: EventsOptions): Promise<number>;
	push(dir: string, options: PushOptions): Promise<number>;
	shell(command: readonly string[], options: NameOption): Promise<number>;
	api(request: ApiRequest, options: NameOption): Promise<number>;
	stop(options: StopCommandOptions): Promise<number>;
}

export interface ApiRequest {
	readonly method: string;
	readonly path: string;
	readonly body?: string;
}

export interface ProgramDeps {
	readonly verbs: Verbs;
	readonly arch: Architecture;
	/** Receives the exit code of the verb that was asked for. */
	readonly onExit: (code: number) => void;
}

/** The command line of dindctl. */
export function createProgram(deps: ProgramDeps): Command {
	const program = new Command('dindctl')
		.description(
			'A device in Docker-in-Docker on this computer: a Debian with systemd and its own engine,\nrunning the supervisor of this repository, with a development cloud beside it.',
		)
		.helpOption('-h, --help', 'show this')
		.helpCommand('help [command]', 'show the help of a command')
		.enablePositionalOptions()
		.showHelpAfterError('(--help shows what there is)')
		.configureOutput({ getOutHelpWidth: () => 100, getErrHelpWidth: () => 100 })
		.addHelpText('after', programExamples)
		.exitOverride();
	for (const add of [
		addRun,
		addBuild,
		addRefresh,
		addLogs,
		addStatus,
		addPlan,
		addEvents,
		addPush,
		addShell,
		addApi,
		addStop,
	]) {
		add(program, deps);
	}
	return program;
}

const programExamples = `
Examples:
  ./dindctl run                       a device from nothing, with an app, in a few minutes
  ./dindctl status                    what runs on it
  ./dindctl logs -fn 100 -u resin-supervisor-dind
  ./dindctl push examples/hello       a changed app, as a new release
  ./dindctl stop                      remove it all

Exit codes: 0 done, 1 failed, 2 wrong usage.
Environment: DINDCTL_NAME stands for --name; NO_COLOR turns colours off.`;

function examples(...lines: string[]): string {
	return `\nExamples:\n${lines.map((line) => `  ./dindctl ${line}`).join('\n')}`;
}

function addRun(program: Command, { verbs, arch, onExit }: ProgramDeps): void {
	const run = program
		.command('run')
		.summary('start a device, and all it needs')
		.description(
			'Start a device, and all it needs: packages, engine, images, network, cloud, app.\nDoes only what is missing; a device that runs already is left running.',
		);
	addRunOptions(run, arch)
		.addHelpText(
			'after',
			examples(
				'run',
				'run --image holdfast/amd64-supervisor:master --mount-dist',
				'run --config my-config.json',
				'run --preload',
				'run --local',
				'run --name second --api-port 48485 --page-port 8081 --cloud-port 48401 --registry-port 48501',
			),
		)
		.action(async (options: RunOptions) => onExit(await verbs.run(options)));
	const buildrun = program
		.command('buildrun')
		.summary('build the supervisor image, then run')
		.description('Build the supervisor image in any case, then do as run does.');
	addRunOptions(buildrun, arch)
		.addHelpText('after', examples('buildrun', 'buildrun --no-optimize'))
		.action(async (options: RunOptions) => onExit(await verbs.buildrun(options)));
}

function addBuild(program: Command, { verbs, arch, onExit }: ProgramDeps): void {
	const build = program
		.command('build')
		.summary('build the supervisor image')
		.description('Build the supervisor image.');
	addImageOptions(build, arch)
		.addHelpText(
			'after',
			examples('build', 'build --tag master --arch amd64', 'build --image me/supervisor:test'),
		)
		.action(async (options: BuildOptions) => onExit(await verbs.build(options)));
}

function addRefresh(program: Command, { verbs, onExit }: ProgramDeps): void {
	addName(program.command('refresh'))
		.summary('build ./dist and restart the supervisor that runs from it')
		.description(
			'Build ./dist and restart the supervisor of a device that was started with --mount-dist.\nThe containers of the apps keep running.',
		)
		.option('-n, --no-optimize', 'build without minifying')
		.addHelpText('after', examples('refresh', 'refresh --no-optimize'))
		.action(async (options: RefreshOptions) => onExit(await verbs.refresh(options)));
}

function addLogs(program: Command, { verbs, onExit }: ProgramDeps): void {
	addName(program.command('logs'))
		.summary("show the device's journal")
		.description(
			'Show the journal of the device. Everything after `logs` goes to journalctl as it is\n(--help is meant for dindctl, and so is --name when it comes first).',
		)
		.argument('[journalctl-args...]', 'arguments for journalctl')
		.passThroughOptions()
		.allowUnknownOption()
		.addHelpText(
			'after',
			examples('logs', 'logs -fn 100 -u resin-supervisor-dind', 'logs --since -10min -p warning'),
		)
		.action(async (journalArgs: string[], options: NameOption) =>
			onExit(await verbs.logs(journalArgs, options)),
		);
}

function addStatus(program: Command, { verbs, onExit }: ProgramDeps): void {
	addName(program.command('status'))
		.summary('show the device, its apps and services')
		.description(
			'Show the device, its apps, services and downloads. Asks the device only, so it works without the cloud.\nExit code 1 if there is no device or its supervisor does not answer.',
		)
		.option('--json', 'print one JSON object', false)
		.option('--watch', 'show it until Ctrl-C, with the reason of every state', false)
		.addHelpText(
			'after',
			examples('status', 'status --watch', "status --json | jq -r '.apps[].services[].status'"),
		)
		.action(async (options: StatusOptions) => onExit(await verbs.status(options)));
}

function addPlan(program: Command, { verbs, onExit }: ProgramDeps): void {
	addName(program.command('plan'))
		.summary('what a push of a folder would change')
		.description(
			'Show the steps by which the device would bring its app to the composition of a folder, and why.\nNothing is built and nothing is changed: images of services that are there are taken to be the same.',
		)
		.argument('<dir>', 'folder of the app')
		.option('--app <name>', "name or uuid of the app (default: the device's only one)")
		.option('--json', 'print one JSON object', false)
		.addHelpText('after', examples('plan examples/hello'))
		.action(async (dir: string, options: PlanCommandOptions) =>
			onExit(await verbs.plan(dir, options)),
		);
}

function addEvents(program: Command, { verbs, onExit }: ProgramDeps): void {
	addName(program.command('events'))
		.summary('what happens on the device, as it happens')
		.description('Print what happens on the device, a line an event, until Ctrl-C.')
		.option('--types <list>', 'only these types, or all that begin so: step,plan.made')
		.option('--all', 'begin with everything that the device still knows', false)
		.option('--json', 'print one JSON object a line', false)
		.addHelpText('after', examples('events', 'events --types step,plan', 'events --all --json'))
		.action(async (options: EventsOptions) => onExit(await verbs.events(options)));
}

function addPush(program: Command, { verbs, onExit }: ProgramDeps): void {
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

function addShell(program: Command, { verbs, onExit }: ProgramDeps): void {
	addName(program.command('shell'))
		.summary('a root shell on the device')
		.description('A root shell on the device, or one command there.')
		.argument('[command...]', 'command to run instead of bash')
		.passThroughOptions()
		.addHelpText('after', examples('shell', 'shell docker ps', 'shell systemctl status'))
		.action(async (command: string[], options: NameOption) =>
			onExit(await verbs.shell(command, options)),
		);
}

function addApi(program: Command, { verbs, onExit }: ProgramDeps): void {
	addName(program.command('api'))
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
		.action(async (method: string, path: string, ...rest: [string | undefined, NameOption]) => {
			const [body, options] = rest;
			onExit(await verbs.api({ method, path, ...(body === undefined ? {} : { body }) }, options));
		});
}

function addStop(program: Command, { verbs, onExit }: ProgramDeps): void {
	addName(program.command('stop'))
		.summary('remove the device, its cloud and their volumes')
		.description(
			'Remove the device and its cloud: containers, volumes and network. Images stay.\nWorks also when half of it is gone.',
		)
		.option('--no-clean', 'keep the volumes: identity, images and data of the device')
		.addHelpText('after', examples('stop', 'stop --no-clean'))
		.action(async (options: StopCommandOptions) => onExit(await verbs.stop(options)));
}

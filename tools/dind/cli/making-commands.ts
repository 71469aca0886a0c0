import type { Command } from 'commander';
import { examples } from './examples.ts';
import type { AskedRunOptions } from './options.ts';
import { addAll, addImageOptions, addJson, addName, addRunOptions, resolveRun } from './options.ts';
import type {
	BuildOptions,
	ProgramDeps,
	RefreshOptions,
	StopCommandOptions,
} from './verb-types.ts';

export function addRun(program: Command, { verbs, arch, onExit }: ProgramDeps): void {
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
				'run --preload examples/hello',
				'run --local',
				'run --count 3',
				'run --name second --api-port 48485 --page-port 8081 --cloud-port 48401 --registry-port 48501',
			),
		)
		.action(async (asked: AskedRunOptions) => onExit(await verbs.run(resolveRun(asked))));
	const buildrun = program
		.command('buildrun')
		.summary('build the supervisor image, then run')
		.description('Build the supervisor image in any case, then do as run does.');
	addRunOptions(buildrun, arch)
		.addHelpText('after', examples('buildrun', 'buildrun --no-optimize'))
		.action(async (asked: AskedRunOptions) => onExit(await verbs.buildrun(resolveRun(asked))));
}

export function addBuild(program: Command, { verbs, arch, onExit }: ProgramDeps): void {
	const build = program
		.command('build')
		.summary('build the supervisor image')
		.description(
			"Build the supervisor image. It may be for another processor than this computer's: amd64 or aarch64.",
		);
	addJson(addImageOptions(build, arch), 'print name, id and size as one JSON object')
		.addHelpText(
			'after',
			examples(
				'build',
				'build --tag master --arch amd64',
				'build --arch aarch64',
				'build --image me/supervisor:test',
			),
		)
		.action(async (options: BuildOptions) => onExit(await verbs.build(options)));
}

export function addRefresh(program: Command, { verbs, onExit }: ProgramDeps): void {
	addJson(addAll(addName(program.command('refresh'))), 'print one JSON object')
		.summary('build ./dist and restart the supervisor that runs from it')
		.description(
			'Build ./dist and restart the supervisor of a device that was started with --mount-dist.\nThe containers of the apps keep running.',
		)
		.option('-n, --no-optimize', 'build without minifying')
		.addHelpText('after', examples('refresh', 'refresh --no-optimize', 'refresh --all'))
		.action(async (options: RefreshOptions) => onExit(await verbs.refresh(options)));
}

export function addStop(program: Command, { verbs, onExit }: ProgramDeps): void {
	addJson(addAll(addName(program.command('stop'))), 'print what was removed as one JSON object')
		.summary('remove the device, its cloud and their volumes')
		.description(
			'Remove the device: container and volumes. Its cloud and its network go with the last device that uses them.\nImages stay. Works also when half of it is gone.',
		)
		.option('--no-clean', 'keep the volumes: identity, images and data of the device')
		.addHelpText('after', examples('stop', 'stop --no-clean', 'stop --all'))
		.action(async (options: StopCommandOptions) => onExit(await verbs.stop(options)));
}

import type { Command } from 'commander';
import { examples } from './examples.ts';
import type { RunOptions } from './options.ts';
import { addImageOptions, addName, addRunOptions } from './options.ts';
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

export function addBuild(program: Command, { verbs, arch, onExit }: ProgramDeps): void {
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

export function addRefresh(program: Command, { verbs, onExit }: ProgramDeps): void {
	addName(program.command('refresh'))
		.summary('build ./dist and restart the supervisor that runs from it')
		.description(
			'Build ./dist and restart the supervisor of a device that was started with --mount-dist.\nThe containers of the apps keep running.',
		)
		.option('-n, --no-optimize', 'build without minifying')
		.addHelpText('after', examples('refresh', 'refresh --no-optimize'))
		.action(async (options: RefreshOptions) => onExit(await verbs.refresh(options)));
}

export function addStop(program: Command, { verbs, onExit }: ProgramDeps): void {
	addName(program.command('stop'))
		.summary('remove the device, its cloud and their volumes')
		.description(
			'Remove the device and its cloud: containers, volumes and network. Images stay.\nWorks also when half of it is gone.',
		)
		.option('--no-clean', 'keep the volumes: identity, images and data of the device')
		.addHelpText('after', examples('stop', 'stop --no-clean'))
		.action(async (options: StopCommandOptions) => onExit(await verbs.stop(options)));
}

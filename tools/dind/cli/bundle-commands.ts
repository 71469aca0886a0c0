import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { ARCHITECTURES } from '../commands/names.ts';
import { examples } from './examples.ts';
import { addJson, addName } from './options.ts';
import type { BundleOptions, ImportOptions, ProgramDeps } from './verb-types.ts';

export function addBundle(program: Command, { verbs, onExit }: ProgramDeps): void {
	const bundle = program
		.command('bundle')
		.summary('make one file of a folder, for devices without a network')
		.description(
			'Build a folder with a docker-compose.yml and put its images and its target into one file, which a device\nimports without a network: dindctl import, POST /v3/device/apps/{uuid}, or the folder bundles of its data partition.',
		)
		.argument('<dir>', 'folder of the app')
		.option('-o, --output <file>', 'the bundle (default: named like the folder, here)')
		.addOption(
			new Option(
				'-a, --arch <arch>',
				"architecture of the devices (default: this computer's)",
			).choices(ARCHITECTURES),
		)
		.option('--app <name>', "name of the app (default: the composition's, else the folder's)")
		.option('--uuid <uuid>', 'uuid of the app (default: made of its name)')
		.addOption(
			new Option('--id <number>', 'number of the app (default: made of its uuid)').argParser(
				parseId,
			),
		);
	addJson(bundle, 'print path, app and images as one JSON object')
		.addHelpText(
			'after',
			examples('bundle examples/hello -o hello.tar', 'bundle . --arch aarch64 --json'),
		)
		.action(async (dir: string, options: BundleOptions) =>
			onExit(await verbs.bundle(dir, options)),
		);
}

export function addImport(program: Command, { verbs, onExit }: ProgramDeps): void {
	addJson(addName(program.command('import')), "print the device's answer as one JSON object")
		.summary('put the app of a bundle onto the device')
		.description(
			'Send a bundle to the device: its images, then its target. A bundle that is damaged, incomplete or for another\narchitecture is refused, and nothing is changed.',
		)
		.argument('<file>', 'bundle that `bundle` has made')
		.option('--force', 'override update locks', false)
		.addHelpText('after', examples('import hello.tar', 'import hello.tar --name holdfast.2'))
		.action(async (file: string, options: ImportOptions) =>
			onExit(await verbs.import(file, options)),
		);
}

function parseId(text: string): number {
	if (/^\d{1,15}$/.test(text)) return Number(text);
	throw new InvalidArgumentError('A whole number.');
}

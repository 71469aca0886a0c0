import type { Command } from 'commander';
import { examples } from './examples.ts';
import type { NameOption } from './options.ts';
import { addAll, addName } from './options.ts';
import { addPorts } from './port-options.ts';
import type {
	DoctorCommandOptions,
	EventsOptions,
	PlanCommandOptions,
	ProgramDeps,
	StatusOptions,
} from './verb-types.ts';

export function addLogs(program: Command, { verbs, onExit }: ProgramDeps): void {
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

export function addStatus(program: Command, { verbs, onExit }: ProgramDeps): void {
	addAll(addName(program.command('status')))
		.summary('show the device, its apps and services')
		.description(
			'Show the device, its apps, services and downloads. Asks the device only, so it works without the cloud.\nExit code 1 if there is no device or its supervisor does not answer.',
		)
		.option('--json', 'print one JSON object; with --all a list, with --watch one a line', false)
		.option('--watch', 'show it until Ctrl-C, with the reason of every state', false)
		.addHelpText(
			'after',
			examples(
				'status',
				'status --watch',
				'status --all',
				"status --json | jq -r '.apps[].services[].status'",
			),
		)
		.action(async (options: StatusOptions) => onExit(await verbs.status(options)));
}

export function addPlan(program: Command, { verbs, onExit }: ProgramDeps): void {
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

export function addEvents(program: Command, { verbs, onExit }: ProgramDeps): void {
	addName(program.command('events'))
		.summary('what happens on the device, as it happens')
		.description('Print what happens on the device, a line an event, until Ctrl-C.')
		.option('--types <list>', 'only these types, or all that begin so: step,plan.made')
		.option('--all', 'begin with everything that the device still knows', false)
		.option('--json', 'print one JSON object a line', false)
		.addHelpText('after', examples('events', 'events --types step,plan', 'events --all --json'))
		.action(async (options: EventsOptions) => onExit(await verbs.events(options)));
}

export function addDoctor(program: Command, { verbs, onExit }: ProgramDeps): void {
	const doctor = addName(program.command('doctor'))
		.summary('say what is wrong, and how to mend it')
		.description(
			'Look at this computer, its engine, the development cloud, the device and its config.json, and say what is wrong\nand what to do about it. Changes nothing. Exit code 1 if there is a problem; warnings are none.',
		)
		.option('--json', 'print one JSON object', false);
	addPorts(doctor)
		.addHelpText(
			'after',
			examples('doctor', 'doctor --json | jq -r \'.checks[] | select(.status == "problem").says\''),
		)
		.action(async (options: DoctorCommandOptions) => onExit(await verbs.doctor(options)));
}

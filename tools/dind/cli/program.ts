import { Command } from 'commander';
import { addApi, addCompletion, addPush, addShell } from './asking-commands.ts';
import { addBundle, addImport } from './bundle-commands.ts';
import { addDoctor, addEvents, addLogs, addPlan, addStatus } from './looking-commands.ts';
import { addBuild, addRefresh, addRun, addStop } from './making-commands.ts';
import type { ProgramDeps } from './verb-types.ts';

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
		addBundle,
		addImport,
		addShell,
		addApi,
		addDoctor,
		addStop,
		addCompletion,
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
  ./dindctl doctor                    what is wrong, and how to mend it
  ./dindctl stop                      remove it all

Exit codes: 0 done, 1 failed, 2 wrong usage.
Environment: DINDCTL_NAME stands for --name; NO_COLOR turns colours off.`;

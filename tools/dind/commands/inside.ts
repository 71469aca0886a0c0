import type { Argv } from './argv.ts';
import { docker } from './argv.ts';
import type { DindNames } from './names.ts';

/** The unit in the device that keeps the supervisor's container running. */
export const SUPERVISOR_UNIT = 'resin-supervisor-dind';
/** The supervisor's container on the device's own engine. */
export const SUPERVISOR_CONTAINER = 'balena_supervisor';
/** Label of a service's container: its name in the composition. */
const SERVICE_LABEL = 'io.balena.service-name';
/** Where the device keeps its configuration and its preloaded apps. */
export const DEVICE_CONFIG_PATH = '/mnt/boot/config.json';
export const DEVICE_APPS_PATH = '/mnt/data/apps.json';
/** Where a supervisor finds the backup of volumes. */
export const DEVICE_BACKUP_PATH = '/mnt/data/backup.tgz';

/** A command inside the device, without a terminal. */
export function inDevice({ device }: DindNames, ...command: string[]): Argv {
	return docker('exec', device, ...command);
}

/** A command inside the device that reads standard input. */
export function inDeviceWithInput({ device }: DindNames, ...command: string[]): Argv {
	return docker('exec', '--interactive', device, ...command);
}

export interface TerminalOptions {
	/** True if this process has a terminal on both ends. */
	readonly terminal: boolean;
}

/** `journalctl` inside the device; `args` are handed over exactly as given. */
export function journalctl(
	{ device }: DindNames,
	args: readonly string[],
	{ terminal }: TerminalOptions,
): Argv {
	// Without a terminal nothing is read: a script's own input stays the script's.
	return docker('exec', ...(terminal ? interactive(true) : []), device, 'journalctl', ...args);
}

/** A shell inside the device, or `command` in it. */
export function deviceShell(
	{ device }: DindNames,
	command: readonly string[],
	{ terminal }: TerminalOptions,
): Argv {
	const asked = command.length === 0 ? ['bash', '-l'] : command;
	return docker('exec', ...interactive(terminal), device, ...asked);
}

/** Prints `<id> <state> <service> <name>` per line of the containers on the device that are services. */
export function findServices(names: DindNames): Argv {
	const format = `{{.ID}} {{.State}} {{.Label "${SERVICE_LABEL}"}} {{.Names}}`;
	const label = `label=${SERVICE_LABEL}`;
	return inDevice(names, 'docker', 'ps', '--all', '--filter', label, '--format', format);
}

export interface ServiceShellOptions extends TerminalOptions {
	readonly command: readonly string[];
}

/** A shell in a service's container, bash where there is one, or `command` in it. */
export function serviceShell(
	{ device }: DindNames,
	containerId: string,
	{ command, terminal }: ServiceShellOptions,
): Argv {
	const best = 'command -v bash >/dev/null && exec bash -l; exec sh -l';
	const asked = command.length === 0 ? ['sh', '-c', best] : command;
	const flags = interactive(terminal);
	return docker('exec', ...flags, device, 'docker', 'exec', ...flags, containerId, ...asked);
}

function interactive(terminal: boolean): string[] {
	return terminal ? ['--interactive', '--tty'] : ['--interactive'];
}

/** Prints the key that the supervisor's API accepts for everything. */
export function readApiKey(names: DindNames): Argv {
	const supervisor = ['node', '/usr/src/app/dist/main.cjs', 'api-key'];
	return inDevice(names, 'docker', 'exec', SUPERVISOR_CONTAINER, ...supervisor);
}

export function readConfig(names: DindNames): Argv {
	return inDevice(names, 'cat', DEVICE_CONFIG_PATH);
}

/** Writes standard input to a file of the device. */
export function writeFile(names: DindNames, path: string): Argv {
	return inDeviceWithInput(names, 'sh', '-c', 'cat >"$0"', path);
}

export function systemctl(names: DindNames, ...args: string[]): Argv {
	return inDevice(names, 'systemctl', ...args);
}

/** Ends and starts the supervisor's container; the containers of the apps keep running. */
export function restartSupervisor(names: DindNames): Argv {
	return systemctl(names, 'restart', SUPERVISOR_UNIT);
}

/** Reads an image archive from standard input into the device's engine. */
export function loadImage(names: DindNames): Argv {
	return inDeviceWithInput(names, 'docker', 'load');
}

export function inspectInnerImage(names: DindNames, image: string, format: string): Argv {
	return inDevice(names, 'docker', 'image', 'inspect', '--format', format, image);
}

/** Pulls an image in the device; standard input is a docker configuration with the logins, forgotten afterwards. */
export function pullInnerImage(names: DindNames, image: string): Argv {
	const script = [
		'dir=$(mktemp -d)',
		'cat >"$dir/config.json"',
		'docker --config "$dir" pull "$1"',
		'code=$?',
		'rm -rf "$dir"',
		'exit $code',
	];
	return inDeviceWithInput(names, 'sh', '-c', script.join('; '), 'sh', image);
}

import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { ARCHITECTURES, DEFAULT_NAME, DEFAULT_TAG, isUsableName } from '../commands/names.ts';
import type { Architecture } from '../commands/names.ts';

/** Ports of this computer, all on 127.0.0.1. */
export interface PortOptions {
	readonly apiPort: number;
	readonly pagePort: number;
	readonly sshPort: number;
	readonly cloudPort: number;
	readonly registryPort: number;
}

export interface NameOption {
	readonly name: string;
}

export interface ImageOptions {
	readonly arch: Architecture;
	/** Undefined: the name that belongs to `arch` and `tag`. */
	readonly image?: string;
	readonly tag: string;
	readonly optimize: boolean;
}

export interface RunOptions extends NameOption, ImageOptions, PortOptions {
	/** Undefined: tools/dind/config.json if it exists, else the development cloud. */
	readonly config?: string;
	readonly preload: boolean;
	/** Undefined: tools/dind/apps.json. */
	readonly apps?: string;
	readonly mountDist: boolean;
	readonly mountNm: boolean;
	readonly ssh: boolean;
	/** A device without a cloud, so in local mode for good, with its engine published. */
	readonly local: boolean;
	/** Port of this computer for the device's engine; undefined: not published, or with `local` the usual one. */
	readonly enginePort?: number;
	readonly clean: boolean;
	/** Seconds. */
	readonly timeout: number;
}

export function addName(command: Command): Command {
	return command.addOption(
		new Option('--name <name>', 'name of the device; each name has its own containers and volumes')
			.default(DEFAULT_NAME)
			.env('DINDCTL_NAME')
			.argParser(parseName),
	);
}

export function addImageOptions(command: Command, arch: Architecture): Command {
	return command
		.addOption(
			new Option('-a, --arch <arch>', 'architecture of the supervisor image')
				.choices(ARCHITECTURES)
				.default(arch),
		)
		.option('-i, --image <image>', 'supervisor image (default: holdfast/<arch>-supervisor:<tag>)')
		.option('-t, --tag <tag>', 'tag of the supervisor image', DEFAULT_TAG)
		.option('-n, --no-optimize', 'build without minifying: faster, and readable in a debugger');
}

export function addRunOptions(command: Command, arch: Architecture): Command {
	addImageOptions(addName(command), arch)
		.option(
			'-c, --config <file>',
			'config.json for the device (default: tools/dind/config.json if it exists, else the development cloud)',
		)
		.option(
			'-p, --preload',
			'start with the apps of apps.json, their images pulled beforehand',
			false,
		)
		.option('--apps <file>', 'apps.json for --preload (default: tools/dind/apps.json)')
		.option('--mount-dist', 'build ./dist and run the supervisor from it; see `refresh`', false)
		.option('--mount-nm', 'run the supervisor with ./node_modules of this repository', false)
		.option('--ssh', 'ssh server in the device WITHOUT A PASSWORD, on --ssh-port', false)
		.option(
			'--local',
			'no cloud: a device in local mode, with its engine on --engine-port, for `balena push` and the like',
			false,
		)
		.addOption(
			new Option(
				'--engine-port <port>',
				"port for the device's engine, WITHOUT A PASSWORD (default: none; 2375 with --local)",
			).argParser(parsePort),
		)
		.option('--no-clean', "keep an earlier device's volumes although its cloud or apps differ");
	return addPorts(command).addOption(
		new Option('--timeout <seconds>', 'how long to wait for the services')
			.default(300)
			.argParser(parseSeconds),
	);
}

export function addPorts(command: Command): Command {
	return command
		.addOption(port('--api-port <port>', "port for the supervisor's API", 48484))
		.addOption(port('--page-port <port>', "port for the app's page (port 80 of the device)", 8080))
		.addOption(port('--ssh-port <port>', 'port for ssh, with --ssh', 22222))
		.addOption(port('--cloud-port <port>', "port for the development cloud's API", 48400))
		.addOption(port('--registry-port <port>', "port for the development cloud's registry", 48500));
}

function port(flags: string, description: string, value: number): Option {
	return new Option(flags, description).default(value).argParser(parsePort);
}

/** @throws {InvalidArgumentError} unless `text` is a port number */
export function parsePort(text: string): number {
	const value = /^\d+$/.test(text) ? Number(text) : 0;
	if (value < 1 || value > 65_535) throw new InvalidArgumentError('A port is 1 to 65535.');
	return value;
}

function parseSeconds(text: string): number {
	const value = /^\d+$/.test(text) ? Number(text) : 0;
	if (value < 1) throw new InvalidArgumentError('A whole number of seconds, 1 or more.');
	return value;
}

function parseName(text: string): string {
	if (!isUsableName(text)) {
		throw new InvalidArgumentError('Lower-case letters, digits, "_", "." and "-"; at most 41.');
	}
	return text;
}

import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import {
	ARCHITECTURES,
	DEFAULT_NAME,
	DEFAULT_TAG,
	ENGINE_PORT,
	isUsableName,
	PORT_STEP,
	toDindNames,
} from '../commands/names.ts';
import type { Architecture } from '../commands/names.ts';
import type { AskedPorts, PortOptions } from './port-options.ts';
import { addPorts, parsePort, resolvePorts } from './port-options.ts';

/** Most devices of one `run`; a laptop has had enough long before. */
const MOST_DEVICES = 20;

export interface NameOption {
	readonly name: string;
}

export interface AllOption {
	/** Every device of the group of `--name`. */
	readonly all: boolean;
}

export interface JsonOption {
	readonly json: boolean;
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
	/** Start with apps: of `preloadDir`, else of `apps`. */
	readonly preload: boolean;
	/** Folder of a composition that is built beforehand. */
	readonly preloadDir?: string;
	/** Undefined: tools/dind/apps.json. */
	readonly apps?: string;
	/** Start with the volumes of a backup. */
	readonly mountBackup: boolean;
	/** Undefined: tools/dind/backup.tgz. */
	readonly backup?: string;
	/** Undefined: the one of this repository. */
	readonly dindImage?: string;
	/** How many devices; the further ones are `NAME.2`, `NAME.3` … */
	readonly count: number;
	readonly json: boolean;
	readonly mountDist: boolean;
	readonly mountNm: boolean;
	readonly ssh: boolean;
	/** A device without a cloud, so in local mode for good, with its engine published. */
	readonly local: boolean;
	/** Port of this computer for the device's engine; undefined: not published. */
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
			'-p, --preload [dir]',
			'start with the app of a folder, built beforehand; without one with the apps of apps.json, their images pulled',
			false,
		)
		.option('--apps <file>', 'apps.json for --preload (default: tools/dind/apps.json)')
		.option('--mount-backup', 'start with a backup of volumes on the data partition', false)
		.option('--backup <file>', 'backup for --mount-backup (default: tools/dind/backup.tgz)')
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
		.option('--no-clean', "keep an earlier device's volumes although its cloud or apps differ")
		.option(
			'--dind-image <image>',
			'image of the device itself (default: that of tools/dind/image)',
		)
		.addOption(
			new Option(
				'--count <number>',
				`devices side by side, with one cloud; the others are NAME.2, NAME.3 …, their ports ${PORT_STEP} apart`,
			)
				.default(1)
				.argParser(parseCount),
		);
	return addJson(addPorts(command), 'print the addresses as one JSON object').addOption(
		new Option('--timeout <seconds>', 'how long to wait for the services')
			.default(300)
			.argParser(parseSeconds),
	);
}

export function addJson(command: Command, description: string): Command {
	return command.option('--json', description, false);
}

export function addAll(command: Command): Command {
	return command.option('--all', 'every device of the group: NAME, NAME.2, NAME.3 …', false);
}

/** Options of `run` as the command line has them: ports that nobody asked for are missing. */
export type AskedRunOptions = Omit<RunOptions, keyof PortOptions | 'preload' | 'preloadDir'> &
	AskedPorts & { readonly preload: boolean | string };

/** The options of `run` with every port settled. */
export function resolveRun({ preload, ...asked }: AskedRunOptions): RunOptions {
	const { number } = toDindNames(asked.name);
	const usualEngine = ENGINE_PORT + (number - 1) * PORT_STEP;
	const enginePort = asked.enginePort ?? (asked.local ? usualEngine : undefined);
	return {
		...asked,
		preload: preload !== false,
		...(typeof preload === 'string' ? { preloadDir: preload } : {}),
		...resolvePorts(asked, number),
		...(enginePort === undefined ? {} : { enginePort }),
	};
}

function parseSeconds(text: string): number {
	const value = /^\d+$/.test(text) ? Number(text) : 0;
	if (value < 1) throw new InvalidArgumentError('A whole number of seconds, 1 or more.');
	return value;
}

function parseCount(text: string): number {
	const value = /^\d+$/.test(text) ? Number(text) : 0;
	if (value < 1 || value > MOST_DEVICES) {
		throw new InvalidArgumentError(`A whole number, 1 to ${MOST_DEVICES}.`);
	}
	return value;
}

function parseName(text: string): string {
	if (!isUsableName(text)) {
		throw new InvalidArgumentError('Lower-case letters, digits, "_", "." and "-"; at most 41.');
	}
	return text;
}

import type { Command } from 'commander';
import type { Architecture } from '../commands/names.ts';
import type { AllOption, ImageOptions, JsonOption, NameOption, RunOptions } from './options.ts';
import type { AskedPorts } from './port-options.ts';

export type StatusOptions = NameOption & AllOption & JsonOption & { readonly watch: boolean };
export type PlanCommandOptions = NameOption & JsonOption & { readonly app?: string };
export type EventsOptions = NameOption & {
	readonly types?: string;
	readonly all: boolean;
	readonly json: boolean;
};
export type DoctorCommandOptions = NameOption & AskedPorts & JsonOption;
export type StopCommandOptions = NameOption & AllOption & JsonOption & { readonly clean: boolean };
export type ShellOptions = NameOption & { readonly service?: string };
export type RefreshOptions = NameOption & AllOption & JsonOption & { readonly optimize: boolean };
export type BuildOptions = ImageOptions & JsonOption;
export interface PushOptions extends NameOption {
	readonly fleet?: string;
	readonly json: boolean;
}

export interface BundleOptions extends JsonOption {
	/** Undefined: named like the folder, here. */
	readonly output?: string;
	/** Undefined: this computer's processor. */
	readonly arch?: Architecture;
	readonly app?: string;
	readonly uuid?: string;
	readonly id?: number;
}
export type ImportOptions = NameOption & JsonOption & { readonly force: boolean };

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
	bundle(dir: string, options: BundleOptions): Promise<number>;
	import(file: string, options: ImportOptions): Promise<number>;
	shell(command: readonly string[], options: ShellOptions): Promise<number>;
	api(request: ApiRequest, options: NameOption & JsonOption): Promise<number>;
	doctor(options: DoctorCommandOptions): Promise<number>;
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
	/** Writes to standard output as it is. */
	readonly print: (text: string) => void;
	/** Receives the exit code of the verb that was asked for. */
	readonly onExit: (code: number) => void;
}

/** Adds a verb to the command line. */
export type AddCommand = (program: Command, deps: ProgramDeps) => void;

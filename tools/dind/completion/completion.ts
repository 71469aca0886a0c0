import type { Command } from 'commander';
import { toBash } from './bash.ts';
import { toFish } from './fish.ts';
import { toModel } from './model.ts';
import { toZsh } from './zsh.ts';

/** Shells that can be told how to complete a command line. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type ShellName = (typeof SHELLS)[number];

const renderers = { bash: toBash, zsh: toZsh, fish: toFish } as const;

/** The script that makes a shell complete the command line of `program`, made from its own description. */
export function toCompletion(program: Command, shell: ShellName): string {
	return renderers[shell](toModel(program));
}

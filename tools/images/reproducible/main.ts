import { Command } from 'commander';
import { createShell } from '../../dind/effects/shell.ts';
import { rewriteImage } from './rewrite-image.ts';

interface Options {
	readonly from: string;
	readonly base: string;
	readonly tag: string;
	readonly created: string;
	readonly architecture?: string;
}

const program = new Command('tools/images/reproducible/main.ts')
	.description(
		'Writes an image of the engine again, so that the same files on the same base make the same image id.',
	)
	.requiredOption('--from <image>', 'what was built: its name or id')
	.requiredOption('--base <image>', 'what it was built on')
	.requiredOption('--tag <name>', 'name of the result')
	.option('--created <seconds>', 'since 1970: the time it says it was made at', '0')
	.option('--architecture <name>', "the processor it is for, if not the engine's");

const { created, ...options } = program.parse().opts<Options>();
await rewriteImage(createShell(), { ...options, created: new Date(Number(created) * 1000) });

import type { BuildOptions } from '../cli/verb-types.ts';
import { IMAGE_SUMMARY } from '../commands/images.ts';
import { inspect } from '../commands/objects.ts';
import { hostArchitecture } from '../effects/host.ts';
import { buildSupervisorImage } from './ensure-images.ts';
import { setUp } from './set-up.ts';
import type { Tools } from './tools.ts';

/** Builds the supervisor image and prints its name, or with `json` also its id, size and processor. */
export async function build(tools: Tools, options: BuildOptions): Promise<number> {
	await setUp(tools);
	const cross = options.arch !== hostArchitecture(process.arch);
	const image = await buildSupervisorImage(tools, { ...options, cross });
	tools.print(options.json ? await describe(tools, image) : `${image}\n`);
	return 0;
}

async function describe({ shell }: Tools, image: string): Promise<string> {
	const said = await shell.read(inspect('image', image, IMAGE_SUMMARY));
	const [id = '', sizeBytes = '', architecture = ''] = said.split(' ');
	return `${JSON.stringify({ image, id, sizeBytes: Number(sizeBytes), architecture }, null, 2)}\n`;
}

import type { ImageOptions } from '../cli/options.ts';
import { buildSupervisorImage } from './ensure-images.ts';
import { setUp } from './set-up.ts';
import type { Tools } from './tools.ts';

/** Builds the supervisor image and prints its name. */
export async function build(tools: Tools, options: ImageOptions): Promise<number> {
	await setUp(tools);
	const image = await buildSupervisorImage(tools, options);
	tools.print(`${image}\n`);
	return 0;
}

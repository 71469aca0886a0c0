import { join } from 'node:path';
import type { DistBuilderOptions } from '../effects/dist-builder.ts';
import { createDistBuilder } from '../effects/dist-builder.ts';
import type { Tools } from './tools.ts';

/**
 * Builds the supervisor into ./dist of the repository.
 * @returns the folder
 * @throws {ToolError} with the compiler's words if it fails
 */
export async function buildDist(
	{ progress, root }: Pick<Tools, 'progress' | 'root'>,
	options: DistBuilderOptions,
): Promise<string> {
	const builder = await createDistBuilder(root, options);
	try {
		await builder.build();
	} finally {
		await builder.close();
	}
	progress.say('built ./dist');
	return join(root, 'dist');
}

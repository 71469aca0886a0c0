import { join } from 'node:path';
import { ToolError } from '../effects/errors.ts';
import type { Tools } from './tools.ts';

/** Afterwards packages, engine and base images are there. @throws {ToolError} if that cannot be done from here */
export async function setUp({ shell, root }: Pick<Tools, 'shell' | 'root'>): Promise<void> {
	const code = await shell.inherit(['sh', join(root, 'tools/setup/setup'), 'run']);
	if (code === 0) return;
	throw new ToolError('this computer is not set up', {
		todo: 'The lines above say what is missing.',
	});
}

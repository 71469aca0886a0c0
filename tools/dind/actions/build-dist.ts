import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ToolError } from '../effects/errors.ts';
import type { Tools } from './tools.ts';

export interface BuildDistOptions {
	/** False builds without minifying. */
	readonly optimize: boolean;
}

/**
 * Builds the supervisor into ./dist of the repository.
 * @returns the folder
 * @throws {ToolError} with the compiler's words if it fails
 */
export async function buildDist(tools: Tools, { optimize }: BuildDistOptions): Promise<string> {
	const { shell, progress, root } = tools;
	const args = ['--', optimize ? '--minify' : '--sourcemap'];
	const built = await shell.capture(['npm', 'run', '--silent', 'build', ...args], { cwd: root });
	const dist = join(root, 'dist');
	if (built.code !== 0 || !existsSync(join(dist, 'main.cjs'))) {
		throw new ToolError(
			`./dist could not be built:\n${built.stderr.trim()}\n${built.stdout.trim()}`,
		);
	}
	progress.say('built ./dist');
	return dist;
}

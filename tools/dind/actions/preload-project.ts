import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readProject } from '../bundle/make-bundle.ts';
import type { RunOptions } from '../cli/options.ts';
import { bundleFolder } from './bundle.ts';
import type { PreloadInput } from './plan-run.ts';
import type { Tools } from './tools.ts';

/**
 * Runs `use` with what `--preload DIR` stands for: the folder built here, its images in a file, and an apps.json that
 * names them by their content.
 * @throws {ToolError} for what the developer has to mend
 */
export async function withPreloadedProject<T>(
	tools: Tools,
	{ preloadDir: dir }: Pick<RunOptions, 'preloadDir'>,
	use: (preload: PreloadInput | undefined) => Promise<T>,
): Promise<T> {
	if (dir === undefined) return await use(undefined);
	const folder = await mkdtemp(join(tmpdir(), 'dindctl-preload-'));
	try {
		const archive = join(folder, 'app.tar');
		const { app, target, images } = await bundleFolder(tools, archive, { dir });
		const apps = { config: {}, apps: { [app.uuid]: target.document } };
		return await use({
			text: `${JSON.stringify(apps, null, 2)}\n`,
			images: images.map(({ reference }) => reference),
			archive,
		});
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

/** @throws {ToolError} unless the folder of `--preload DIR` has a compose file that can be read */
export async function checkPreloadedProject({
	preloadDir,
}: Pick<RunOptions, 'preloadDir'>): Promise<void> {
	if (preloadDir !== undefined) await readProject(preloadDir);
}

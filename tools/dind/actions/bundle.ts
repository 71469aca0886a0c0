import { basename, join, resolve } from 'node:path';
import { makeBundle, type BundleWish, type MadeBundle } from '../bundle/make-bundle.ts';
import type { BundleOptions } from '../cli/verb-types.ts';
import { saveImage } from '../commands/images.ts';
import { outputOf } from '../effects/command-output.ts';
import { requireEngine } from './device.ts';
import type { Tools } from './tools.ts';

/** Makes a bundle of a folder and prints where it is, or with `json` what is in it. */
export async function bundle(
	tools: Tools,
	{ dir, output, json, ...wish }: BundleOptions & { readonly dir: string },
): Promise<number> {
	const path = output ?? join('.', `${basename(resolve(dir))}.tar`);
	const made = await bundleFolder(tools, path, { ...wish, dir });
	const { app, target } = made;
	tools.progress.say(`app ${app.name}, uuid ${app.uuid}, release ${target.commit.slice(0, 7)}`);
	tools.print(json ? `${JSON.stringify(toView(made), null, 2)}\n` : `${made.path}\n`);
	return 0;
}

/** @throws {ToolError} for what the developer has to mend */
export async function bundleFolder(
	tools: Pick<Tools, 'shell' | 'progress' | 'signal'>,
	path: string,
	wish: BundleWish,
): Promise<MadeBundle> {
	const { signal, progress } = tools;
	await requireEngine(tools);
	const save = (imageId: string): AsyncIterable<Uint8Array> => outputOf(saveImage(imageId), signal);
	return await makeBundle({ save, signal, say: (line) => progress.say(line) }, path, wish);
}

function toView({ path, sizeBytes, app, target, images }: MadeBundle): object {
	const services = images.map(({ serviceName, reference }) => [serviceName, reference]);
	return {
		path,
		sizeBytes,
		app: { ...app, commit: target.commit },
		images: Object.fromEntries(services) as object,
	};
}

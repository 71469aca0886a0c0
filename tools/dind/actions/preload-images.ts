import { saveImage } from '../commands/images.ts';
import { inspectInnerImage, loadImage, pullInnerImage } from '../commands/inside.ts';
import type { DindNames } from '../commands/names.ts';
import { inspect } from '../commands/objects.ts';
import { containerState, lookUp } from '../effects/engine.ts';
import { ToolError } from '../effects/errors.ts';
import { REGISTRY } from '../files/device-config.ts';
import { observeCloud } from './dev-cloud.ts';
import type { Tools } from './tools.ts';

type PreloadTools = Pick<Tools, 'shell' | 'progress'>;

/**
 * Afterwards the device's engine holds these images under their names: pulled by the device, or, where it cannot,
 * copied from this computer's engine.
 * @throws {ToolError} that names the image which is in neither place
 */
export async function preloadImages(
	tools: PreloadTools,
	names: DindNames,
	images: readonly string[],
): Promise<void> {
	for (const image of images) await preloadImage(tools, names, image);
}

/** Afterwards the device's engine holds the images of a bundle of this computer under these names. */
export async function preloadArchive(
	{ shell, progress }: PreloadTools,
	names: DindNames,
	{ images, archive }: { readonly images: readonly string[]; readonly archive: string },
): Promise<void> {
	const looks = images.map((image) => lookUp(shell, inspectInnerImage(names, image, '{{.Id}}')));
	if (!(await Promise.all(looks)).includes(undefined)) return;
	progress.say('loading the images of the app into the device');
	await shell.pipe(['cat', archive], loadImage(names));
}

async function preloadImage(tools: PreloadTools, names: DindNames, image: string): Promise<void> {
	const { shell, progress } = tools;
	if ((await lookUp(shell, inspectInnerImage(names, image, '{{.Id}}'))) !== undefined) return;
	progress.say(`the device pulls ${image}`);
	const logins = await toLogins(tools, names);
	const pulled = await shell.capture(pullInnerImage(names, image), { input: logins });
	if (pulled.code === 0) return;
	if ((await lookUp(shell, inspect('image', image, '{{.Id}}'))) !== undefined) {
		await shell.pipe(saveImage(image), loadImage(names));
		progress.say(`copied ${image} from this computer's engine instead`);
		return;
	}
	const said = pulled.stderr.trim().split('\n').at(-1) ?? '';
	throw new ToolError(`the image ${image} of apps.json cannot be preloaded: ${said}`, {
		todo: `It must be in a registry that the device reaches, such as that of a running development cloud (${REGISTRY}), or in this computer's engine (docker images).`,
	});
}

/** A docker configuration that opens the development cloud's registry, while that runs. */
async function toLogins({ shell }: PreloadTools, names: DindNames): Promise<string> {
	if ((await containerState(shell, names.cloud)) !== 'running') return '{}';
	const { userKey } = await observeCloud({ shell }, names);
	const auth = Buffer.from(`user:${userKey}`).toString('base64');
	return JSON.stringify({ auths: { [REGISTRY]: { auth } } });
}

import { saveImage } from '../commands/images.ts';
import { inspectInnerImage, loadImage, pullInnerImage } from '../commands/inside.ts';
import type { DindNames } from '../commands/names.ts';
import { inspect } from '../commands/objects.ts';
import { lookUp } from '../effects/engine.ts';
import { ToolError } from '../effects/errors.ts';
import type { Tools } from './tools.ts';

/**
 * Afterwards the device's engine holds these images under their names: those of this computer's engine are
 * copied, the others are pulled by the device.
 * @throws {ToolError} that names the image which is in neither place
 */
export async function preloadImages(
	tools: Pick<Tools, 'shell' | 'progress'>,
	names: DindNames,
	images: readonly string[],
): Promise<void> {
	for (const image of images) await preloadImage(tools, names, image);
}

async function preloadImage(
	{ shell, progress }: Pick<Tools, 'shell' | 'progress'>,
	names: DindNames,
	image: string,
): Promise<void> {
	if ((await lookUp(shell, inspectInnerImage(names, image, '{{.Id}}'))) !== undefined) return;
	if ((await lookUp(shell, inspect('image', image, '{{.Id}}'))) !== undefined) {
		await shell.pipe(saveImage(image), loadImage(names));
		progress.say(`copied ${image} into the device`);
		return;
	}
	progress.say(`the device pulls ${image}`);
	const { code, stderr } = await shell.capture(pullInnerImage(names, image));
	if (code === 0) return;
	throw new ToolError(`the image ${image} of apps.json cannot be preloaded: ${stderr.trim()}`, {
		todo: "It must be in this computer's engine (`docker images`) or in a registry that the device reaches.",
	});
}

import { join } from 'node:path';
import { docker } from '../../../tools/dind/commands/argv.ts';
import { buildImage, IMAGE_INPUTS } from '../../../tools/dind/commands/images.ts';
import { DEVICE_IMAGE } from '../../../tools/dind/commands/names.ts';
import { ensureDeviceImage } from '../../../tools/dind/actions/ensure-images.ts';
import { digestInputs } from '../../../tools/dind/effects/inputs.ts';
import { createProgress } from '../../../tools/dind/effects/progress.ts';
import { repository, shell } from './host.ts';

/** Base image of the containers that tests run; made by tools/images. */
export const baseImage = 'busybox:stable';

const registryImage = 'holdfast/test-registry:latest';
const registryFolder = 'test/integration/support/registry-image';

const progress = createProgress({
	write: (line) => process.stderr.write(line),
	monotonicMs: () => performance.now(),
});

/** @returns the image of devices, built from the files as they are now */
export async function deviceImage(): Promise<string> {
	await requireBaseImages();
	await ensureDeviceImage({ shell, progress, root: repository });
	return DEVICE_IMAGE;
}

/** @returns the image of the tests' registry, built from the files as they are now */
export async function testRegistryImage(): Promise<string> {
	const inputs = digestInputs(repository, [registryFolder]);
	const inspect = docker('image', 'inspect', '--format', IMAGE_INPUTS, registryImage);
	const { stdout } = await shell.capture(inspect);
	if (stdout.trim() === inputs) return registryImage;
	progress.say(`building ${registryImage}`);
	const contextDir = join(repository, registryFolder);
	await shell.read(buildImage({ image: registryImage, contextDir, inputs }));
	return registryImage;
}

async function requireBaseImages(): Promise<void> {
	const { code } = await shell.capture(
		docker('image', 'inspect', baseImage, 'debian:bookworm-slim'),
	);
	if (code === 0) return;
	progress.say('making the base images');
	await shell.read(['sh', join(repository, 'tools/setup/setup'), 'images']);
}

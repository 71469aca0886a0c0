import type { ReleaseView } from '../../tools/cloud/dev/views.ts';
import { deploy } from './deploy.ts';
import type { Composition, Stage } from './stage.ts';
import type { TestImageName } from './test-images.ts';
import { untilRuns, type SeenServices } from './until.ts';

/**
 * The supervisor has started, registered, and runs this first release; nothing is left to do.
 * @param images - by service name
 * @param composition - default: two services that share a volume
 */
export async function startWith(
	stage: Stage,
	images: Readonly<Record<string, TestImageName>>,
	composition?: Composition,
): Promise<{ readonly release: ReleaseView; readonly services: SeenServices }> {
	await stage.configure(stage.config);
	await stage.start();
	const release = await deploy(stage, images, composition);
	return { release, services: await untilRuns(stage, release) };
}

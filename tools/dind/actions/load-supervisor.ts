import { IMAGE_FINGERPRINT, saveImage } from '../commands/images.ts';
import { inDevice, inspectInnerImage, loadImage, writeFile } from '../commands/inside.ts';
import type { DindNames } from '../commands/names.ts';
import { inspect } from '../commands/objects.ts';
import { lookUp, succeeds } from '../effects/engine.ts';
import { waitUntil } from '../effects/wait.ts';
import { SUPERVISOR_CONF_PATH } from '../files/supervisor-conf.ts';
import type { Tools } from './tools.ts';

type LoadTools = Pick<Tools, 'shell' | 'progress' | 'clock' | 'signal'>;

const ENGINE_WITHIN_MS = 60_000;

/** Resolves once the device's own engine answers. @throws {ToolError} after a minute */
export async function waitForInnerEngine(tools: LoadTools, names: DindNames): Promise<void> {
	const answers = () => succeeds(tools.shell, inDevice(names, 'docker', 'version'));
	await waitUntil(tools, answers, {
		withinMs: ENGINE_WITHIN_MS,
		everyMs: 250,
		what: "the device's engine does not answer",
		todo: `See what it says: docker exec ${names.device} journalctl -u docker`,
	});
}

/**
 * Afterwards the device's engine holds the image as it is here.
 * @returns true if it had another one, or none
 */
export async function loadIntoDevice(
	tools: LoadTools,
	names: DindNames,
	image: string,
): Promise<boolean> {
	const { shell, progress } = tools;
	const [here, there] = await Promise.all([
		lookUp(shell, inspect('image', image, IMAGE_FINGERPRINT)),
		lookUp(shell, inspectInnerImage(names, image, IMAGE_FINGERPRINT)),
	]);
	if (here === there) return false;
	await shell.pipe(saveImage(image), loadImage(names));
	progress.say(`loaded ${image} into the device`);
	return true;
}

/**
 * Afterwards the device's unit runs what `conf` says, from its next start on.
 * @returns true if it ran something else
 */
export async function ensureSupervisorConf(
	{ shell }: LoadTools,
	names: DindNames,
	conf: string,
): Promise<boolean> {
	const present = await lookUp(shell, inDevice(names, 'cat', SUPERVISOR_CONF_PATH));
	if (present === conf.trim()) return false;
	await shell.read(writeFile(names, SUPERVISOR_CONF_PATH), { input: conf });
	return true;
}

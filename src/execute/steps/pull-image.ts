import type { PullImageStep } from '../../model/plan.ts';
import type { StepContext } from '../step-context.ts';

/** The image is on the device and remembered for every service that wants it. */
export async function pullImage(step: PullImageStep, context: StepContext): Promise<void> {
	const { pulls, signal, onPullProgress, store, imageRecords } = context;
	const { image, platform } = step;
	await pulls.pull(image, { platform, signal, onProgress: onPullProgress });
	const records = imageRecords.filter(({ reference }) => reference === step.image);
	await store.recordImages(records);
}

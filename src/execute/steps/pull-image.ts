import { findImage } from '../../model/image-reference.ts';
import { effectiveLabelsOf } from '../../model/labels.ts';
import type { PullImageStep } from '../../model/plan.ts';
import type { DeltaOrder } from '../shared-pulls.ts';
import type { StepContext } from '../step-context.ts';

/**
 * The image is on the device and remembered for every service that wants it. One with labels that take effect outdates
 * the plan, which could not know them.
 */
export async function pullImage(step: PullImageStep, context: StepContext): Promise<void> {
	const { engine, pulls, signal, unbroken, onPullProgress, onPlanOutdated } = context;
	const { store, imageRecords } = context;
	const { image, platform } = step;
	const records = imageRecords.filter(({ reference }) => reference === step.image);
	const delta = deltaOf(step, records, store);
	await pulls.pull(image, { platform, delta, signal, onProgress: onPullProgress });
	await store.recordImages(records);
	const found = findImage(await engine.listImages(unbroken), image);
	const labels = effectiveLabelsOf(found?.labels ?? {});
	if (Object.keys(labels).length > 0) onPlanOutdated();
}

/** Names that are for the delta only are remembered as ours for as long as the engine may have them. */
function deltaOf(
	{ deltaSource }: PullImageStep,
	records: StepContext['imageRecords'],
	store: StepContext['store'],
): DeltaOrder | undefined {
	if (deltaSource === undefined) return undefined;
	return {
		source: deltaSource,
		remember: (name) => store.recordImages(records.map((row) => ({ ...row, reference: name }))),
		forget: (name) => store.forgetImages([name]),
	};
}

import Bluebird from 'bluebird';
import type { RemoveImageStep } from '../../model/plan.ts';
import type { StepContext } from '../step-context.ts';

/** None of the references names an image any more. One after another, because the last one frees the layers. */
export async function removeImage(
	{ references }: RemoveImageStep,
	{ engine, store, unbroken }: StepContext,
): Promise<void> {
	await Bluebird.each(references, (reference) => engine.removeImage(reference, unbroken));
	await store.forgetImages(references);
}

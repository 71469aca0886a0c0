import Bluebird from 'bluebird';
import { hasCode } from '../../kit/errors.ts';
import type { RemoveImageStep } from '../../model/plan.ts';
import type { StepContext } from '../step-context.ts';

/**
 * None of the references names an image any more, or it may stay and something uses it. One after another, because the
 * last one frees the layers.
 */
export async function removeImage(
	{ references, mayStay = false }: RemoveImageStep,
	{ engine, store, unbroken }: StepContext,
): Promise<void> {
	const removed: string[] = [];
	await Bluebird.each(references, async (reference) => {
		try {
			await engine.removeImage(reference, unbroken);
			removed.push(reference);
		} catch (err) {
			if (!mayStay || !hasCode(err, 'ENGINE_REFUSED')) throw err;
		}
	});
	await store.forgetImages(removed);
}

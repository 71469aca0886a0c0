import type { RecordCommitStep } from '../../model/plan.ts';
import type { StepContext } from '../step-context.ts';

/** It is remembered that the app runs this release. */
export async function recordCommit(
	{ appUuid, commit }: RecordCommitStep,
	{ store }: StepContext,
): Promise<void> {
	if (appUuid !== undefined) await store.recordCommit(appUuid, commit);
}

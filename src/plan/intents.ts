import type { Intent } from '../model/plan.ts';

/** What people want of a service beside the target; the last wish counts. */
export function wishFor(
	intents: readonly Intent[],
	serviceName: string,
): 'start' | 'stop' | undefined {
	const wish = intents.findLast(
		(intent) =>
			(intent.kind === 'start' || intent.kind === 'stop') && intent.serviceName === serviceName,
	);
	return wish?.kind === 'start' || wish?.kind === 'stop' ? wish.kind : undefined;
}

/** Ids of the containers that are to be replaced. */
export function containersToReplace(intents: readonly Intent[]): ReadonlySet<string> {
	return new Set(
		intents.flatMap((intent) => (intent.kind === 'replace' ? intent.containerIds : [])),
	);
}

export function isPurgeAsked(intents: readonly Intent[]): boolean {
	return intents.some(({ kind }) => kind === 'purge');
}

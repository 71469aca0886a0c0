import type { Clock } from '../kit/clock.ts';
import type { Job } from '../kit/job.ts';
import type { Logger } from '../kit/logger.ts';
import { createWaker } from '../kit/waker.ts';
import type { StateBoard } from '../loop/board.ts';
import { labelNames } from '../model/labels.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type { ApiKey, FormerApiKey, StateStore } from '../ports/state-store.ts';

export interface KeyRotationDeps {
	readonly store: Pick<
		StateStore,
		'findApiKey' | 'regenerateApiKey' | 'retireApiKeys' | 'globalApiKey'
	>;
	readonly board: Pick<StateBoard, 'snapshot' | 'subscribe'>;
	/** The device has a cloud, which calls with the global key. */
	readonly isManaged: boolean;
	/** The global key that the cloud took last; undefined: nobody knows. */
	readonly keyInCloud: () => string | undefined;
	readonly clock: Clock;
	readonly log: Logger;
}

/**
 * Replaces keys so that nobody is refused meanwhile: a former key is good until the containers that had it are gone, and
 * that of the cloud until the cloud has taken the new one.
 */
export interface KeyRotation extends Job {
	/** See StateStore.regenerateApiKey. */
	regenerate(key: string): Promise<ApiKey | undefined>;
}

/** The holder of the global key. */
const cloud = 'cloud';
/** What the cloud has taken is no event: it is looked for this often, in milliseconds. */
const lookMs = 60_000;

export function createKeyRotation(deps: KeyRotationDeps): KeyRotation {
	const { store, board, clock, log } = deps;
	const waker = createWaker(clock);
	return {
		name: 'key rotation',
		async regenerate(key) {
			const owner = await store.findApiKey(key);
			return owner && store.regenerateApiKey(key, holdersOf(owner, deps));
		},
		async run(signal) {
			const unsubscribe = board.subscribe(() => waker.wake());
			try {
				while (!signal.aborted) {
					await retire(deps).catch((err: unknown) => log.warn({ err }, 'former keys not retired'));
					await waker.wait(lookMs, signal).catch(() => undefined); // rejects only when the signal fires
				}
			} finally {
				unsubscribe();
			}
		},
	};
}

function holdersOf(
	{ appId, serviceName }: ApiKey,
	{ board, isManaged }: KeyRotationDeps,
): string[] {
	if (serviceName === undefined) return isManaged ? [cloud] : [];
	return (board.snapshot().observed?.containers ?? [])
		.filter((container) => isOf(container, appId, serviceName))
		.map(({ containerId }) => containerId);
}

function isOf({ labels }: ObservedContainer, appId: number, serviceName: string): boolean {
	return (
		labels[labelNames.appId] === String(appId) && labels[labelNames.serviceName] === serviceName
	);
}

async function retire({ store, board, keyInCloud }: KeyRotationDeps): Promise<void> {
	const { observed } = board.snapshot();
	if (observed === undefined) return; // nobody knows who is there
	const isTold = keyInCloud() === (await store.globalApiKey()).key;
	const present = new Set(observed.containers.map(({ containerId }) => containerId));
	const isHeld = ({ holders }: FormerApiKey): boolean =>
		holders.some((holder) => (holder === cloud ? !isTold : present.has(holder)));
	await store.retireApiKeys(isHeld);
}

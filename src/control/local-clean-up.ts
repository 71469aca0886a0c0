import Bluebird from 'bluebird';
import { hasCode } from '../kit/errors.ts';
import type { Logger } from '../kit/logger.ts';
import type { ContainerEngine } from '../ports/container-engine.ts';
import type { EngineInventory } from '../ports/engine-inventory.ts';
import { leftoversOf, type Keepers, type Leftovers } from './local-leftovers.ts';
import type { EngineSnapshot } from './local-store.ts';

export interface CleanUpDeps {
	readonly engine: EngineInventory &
		Pick<ContainerEngine, 'removeContainer' | 'removeImage' | 'removeNetwork' | 'removeVolume'>;
	readonly keepers: Keepers;
	readonly log: Logger;
}

/**
 * What was made since the snapshot is gone afterwards, whoever made it; what the engine will not remove stays, and is
 * logged. Ends early when the signal fires.
 * @throws {SupervisorError} ENGINE_UNAVAILABLE
 */
export async function removeLeftovers(
	snapshot: EngineSnapshot,
	deps: CleanUpDeps,
	signal: AbortSignal,
): Promise<void> {
	const { engine, keepers, log } = deps;
	let before = Number.POSITIVE_INFINITY;
	for (;;) {
		const leftovers = leftoversOf(await engine.listEverything(signal), snapshot, keepers);
		const count = countOf(leftovers);
		if (count === 0 || signal.aborted) return;
		if (count >= before) {
			log.warn({ leftovers }, 'the engine does not remove what local mode left');
			return;
		}
		before = count;
		log.info({ leftovers: count }, 'removing what local mode left');
		await removeOnce(leftovers, deps, signal);
	}
}

const atATime = 4;

/** Containers first, as they hold all the rest. A refusal is for the next pass, in which others may be gone. */
async function removeOnce(
	{ containers, images, networks, volumes }: Leftovers,
	{ engine, log }: CleanUpDeps,
	signal: AbortSignal,
): Promise<void> {
	const each = async (
		ids: readonly string[],
		remove: (id: string, end: AbortSignal) => Promise<void>,
	): Promise<void> => {
		const work = async (id: string): Promise<void> => {
			if (signal.aborted) return;
			await remove(id, signal).catch((err: unknown) => {
				if (hasCode(err, 'ENGINE_UNAVAILABLE')) throw err;
				log.debug({ err, id }, 'not removed yet');
			});
		};
		await Bluebird.map(ids, work, { concurrency: atATime });
	};
	await each(containers, (id, end) => engine.removeContainer(id, end));
	await each(networks, (id, end) => engine.removeNetwork(id, end));
	await each(volumes, (id, end) => engine.removeVolume(id, end));
	await each(images, (id, end) => engine.removeImage(id, end));
}

function countOf({ containers, images, networks, volumes }: Leftovers): number {
	return [containers, images, networks, volumes].flat().length;
}

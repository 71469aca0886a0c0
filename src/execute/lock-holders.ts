import { UpdatesLockedError } from '../kit/errors.ts';
import type { Clock } from '../kit/clock.ts';
import type { UpdateLocks } from '../ports/host.ts';

export interface LockHoldersDeps {
	readonly locks: UpdateLocks;
	readonly clock: Clock;
}

export interface HolderOptions {
	/** How long a take waits for another holder of the same app, in milliseconds. Default 0. */
	readonly waitMs?: number | undefined;
}

/** Keeps operations of this process apart that lock the same app: the files alone say only that it is ours. */
export interface LockHolders {
	/**
	 * The locks as one operation sees them. A take fails with UPDATES_LOCKED while another operation holds any lock of
	 * the app.
	 */
	as(holder: string, options?: HolderOptions): UpdateLocks;
}

/** Who holds an app, and which of its services. */
interface Hold {
	readonly holder: string;
	readonly services: Set<string>;
}

export function createLockHolders({ locks, clock }: LockHoldersDeps): LockHolders {
	const holds = new Map<number, Hold>();
	const freed = new Set<() => void>();
	const free = (appId: number): void => {
		holds.delete(appId);
		for (const tell of [...freed]) tell();
	};
	const isFree = (appId: number, holder: string): boolean =>
		(holds.get(appId)?.holder ?? holder) === holder;

	const untilFree = async (appId: number, holder: string, waitMs: number): Promise<void> => {
		const endsMs = clock.monotonicMs() + waitMs;
		while (!isFree(appId, holder)) {
			const restMs = endsMs - clock.monotonicMs();
			if (restMs <= 0) throw heldByUs(appId);
			await nextFreed(freed, restMs, clock);
		}
	};
	return {
		as: (holder, { waitMs = 0 } = {}) => ({
			async take(appId, services, options) {
				await untilFree(appId, holder, waitMs);
				const own = holds.get(appId) ?? { holder, services: new Set() };
				const before = new Set(own.services);
				for (const service of services) own.services.add(service);
				holds.set(appId, own);
				try {
					await locks.take(appId, services, options);
				} catch (err) {
					for (const service of services) if (!before.has(service)) own.services.delete(service);
					if (own.services.size === 0) free(appId);
					throw err;
				}
			},
			untilReleased: (path, signal) => locks.untilReleased(path, signal),
			async release(appId, services) {
				const own = holds.get(appId);
				if (own !== undefined && own.holder !== holder) return; // another operation's by now
				for (const service of services === 'all' ? [...(own?.services ?? [])] : services) {
					own?.services.delete(service);
				}
				await locks.release(appId, services).finally(() => {
					if (own?.services.size === 0) free(appId);
				});
			},
		}),
	};
}

function heldByUs(appId: number): UpdatesLockedError {
	return new UpdatesLockedError(
		`Locks for app ${appId} are being held by another supervisor operation`,
	);
}

/** Resolves at the next time an app is freed, or after `ms`. */
async function nextFreed(freed: Set<() => void>, ms: number, clock: Clock): Promise<void> {
	const wait = new AbortController();
	const tell = (): void => wait.abort();
	freed.add(tell);
	try {
		await clock.sleep(ms, wait.signal);
	} catch (err) {
		if (!wait.signal.aborted) throw err;
	} finally {
		freed.delete(tell);
	}
}

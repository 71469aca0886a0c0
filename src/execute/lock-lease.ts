import Bluebird from 'bluebird';
import type { Logger } from '../kit/logger.ts';
import type { UpdateLocks } from '../ports/host.ts';

/** The update locks that one run holds. */
export interface LockLease {
	/** @throws {UpdatesLockedError} if a user holds one; the run then holds none of them */
	take(
		appId: number,
		services: readonly string[],
		options: { readonly force: boolean },
	): Promise<void>;
	release(appId: number, services: readonly string[]): Promise<void>;
}

export interface LockLeaseDeps {
	readonly locks: UpdateLocks;
	readonly log: Logger;
}

/** Runs `work` with a lease, and gives back whatever it still holds when `work` ends, however it ends. */
export async function withLockLease<T>(
	{ locks, log }: LockLeaseDeps,
	work: (lease: LockLease) => Promise<T>,
): Promise<T> {
	const held = new Map<number, Set<string>>();

	const lease: LockLease = {
		async take(appId, services, options) {
			await locks.take(appId, services, options);
			held.set(appId, new Set([...(held.get(appId) ?? []), ...services]));
		},
		async release(appId, services) {
			await locks.release(appId, services);
			for (const service of services) held.get(appId)?.delete(service);
		},
	};

	const giveBack = async (): Promise<void> => {
		const rest = [...held].filter(([, services]) => services.size > 0);
		await Bluebird.map(rest, ([appId, services]) => locks.release(appId, [...services])).catch(
			(err: unknown) => log.error({ err }, 'update locks could not be given back'), // a disposer must not throw
		);
	};

	return Bluebird.using(Bluebird.resolve(lease).disposer(giveBack), work);
}

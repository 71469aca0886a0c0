import { messageOf, UpdatesLockedError } from '../../kit/errors.ts';
import type { NewEvent, PublishEvent } from '../../model/event.ts';
import type { UpdateLocks } from '../../ports/host.ts';
import { shortened } from '../../report/events-steps.ts';

export interface WitnessedLocksDeps {
	readonly publish: PublishEvent;
	/** Uuid of an app, where it is known. */
	readonly appUuidOf: (appId: number) => string | undefined;
}

/** The same locks; what is taken, given back, or in the way is told. */
export function witnessLocks(
	locks: UpdateLocks,
	{ publish, appUuidOf }: WitnessedLocksDeps,
): UpdateLocks {
	/** The same lock in the way, at one attempt after the other, is told once. By app. */
	const told = new Map<number, string>();
	const held = new Map<number, Set<string>>();
	const appOf = (appId: number) => ({ appUuid: appUuidOf(appId), appId });

	const tellWaiting = (appId: number, err: UpdatesLockedError): void => {
		const event = waitingEvent(appOf(appId), err);
		const text = JSON.stringify(event);
		if (told.get(appId) !== text) publish(event);
		told.set(appId, text);
	};
	return {
		untilReleased: (path, signal) => locks.untilReleased(path, signal),
		async take(appId, services, options) {
			try {
				await locks.take(appId, services, options);
			} catch (err) {
				if (err instanceof UpdatesLockedError) tellWaiting(appId, err);
				throw err;
			}
			told.delete(appId);
			held.set(appId, new Set([...(held.get(appId) ?? []), ...services]));
			if (services.length > 0) publish({ type: 'lock.taken', ...appOf(appId), services });
		},
		async release(appId, services) {
			await locks.release(appId, services);
			const ours = held.get(appId) ?? new Set<string>();
			const given = [...ours].filter((name) => services === 'all' || services.includes(name));
			for (const name of given) ours.delete(name);
			if (ours.size === 0) held.delete(appId);
			if (given.length > 0) publish({ type: 'lock.released', ...appOf(appId), services: given });
		},
	};
}

function waitingEvent(
	app: { readonly appUuid: string | undefined; readonly appId: number },
	err: UpdatesLockedError,
): NewEvent {
	const error = shortened(messageOf(err));
	if (err.lock === undefined) return { type: 'lock.waiting', ...app, error };
	const { path, serviceName, ownerUid, since } = err.lock;
	const heldSince = new Date(since).toISOString();
	return { type: 'lock.waiting', ...app, serviceName, path, ownerUid, heldSince, error };
}

import groupBy from 'lodash/groupBy.js';
import uniq from 'lodash/uniq.js';
import { labelNames } from '../model/labels.ts';
import type { DeviceSnapshot } from '../model/snapshot.ts';
import { isRunning } from '../plan/is-running.ts';
import type { UpdateLocks } from '../ports/host.ts';

export interface AllLocksDeps {
	/** As this operation sees them: a take waits a while for another holder. */
	readonly locks: Pick<UpdateLocks, 'take' | 'release'>;
	readonly snapshot: () => DeviceSnapshot;
	/** Treat every update lock as forced. */
	readonly overrideLocks: () => boolean;
}

/**
 * Takes the update locks of all apps, or none. @returns gives them back
 * @throws {SupervisorError} UPDATES_LOCKED
 */
export async function takeAllLocks(
	options: { readonly force: boolean },
	{ locks, snapshot, overrideLocks }: AllLocksDeps,
): Promise<() => Promise<void>> {
	const force = options.force || overrideLocks();
	const taken: { readonly appId: number; readonly services: readonly string[] }[] = [];
	const giveBack = async (): Promise<void> => {
		await Promise.all(taken.map(({ appId, services }) => locks.release(appId, services)));
	};
	try {
		for (const one of servicesToLock(snapshot())) {
			await locks.take(one.appId, one.services, { force });
			taken.push(one);
		}
	} catch (err) {
		await giveBack();
		throw err;
	}
	return giveBack;
}

/** Services that run, by app; before the engine was read, all that the target has. */
function servicesToLock({
	observed,
	target,
}: DeviceSnapshot): { readonly appId: number; readonly services: readonly string[] }[] {
	if (observed === undefined) {
		return (target?.apps ?? []).map(({ appId, release }) => ({
			appId,
			services: (release?.services ?? []).map(({ serviceName }) => serviceName),
		}));
	}
	const running = observed.containers.filter(isRunning);
	const byApp = groupBy(running, ({ labels }) => Number(labels[labelNames.appId]));
	return Object.entries(byApp)
		.filter(([appId]) => appId !== 'NaN')
		.map(([appId, containers]) => ({
			appId: Number(appId),
			services: uniq(containers.flatMap(({ labels }) => labels[labelNames.serviceName] ?? [])),
		}));
}

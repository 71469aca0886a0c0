import { z } from 'zod';
import type { AppUuid } from '../model/ids.ts';
import { labelNames } from '../model/labels.ts';
import type { ObservedContainer, ObservedState } from '../model/observed.ts';
import type { Intent } from '../model/plan.ts';
import type { TargetApp } from '../model/target.ts';
import type { StateStore } from '../ports/state-store.ts';
import { containersOf } from './intents-met.ts';

/**
 * Remembers which services people stopped, so that they can be told from those that ended by themselves: a stopped one
 * starts again with the app's next target and with the supervisor's next start (contract 1.4 row 10).
 */
export interface StoppedServices {
	/** Reads what a former process remembered; all of it may start again. */
	load(): Promise<void>;
	/**
	 * These wishes were met: what was stopped counts as stopped, what was started does not any more. It is on the disk
	 * when this resolves.
	 * @param observed - the world that shows them met
	 */
	remember(
		appUuid: AppUuid,
		intents: readonly Intent[],
		observed: ObservedState | undefined,
	): Promise<void>;
	/** The app has another target: what was stopped may start again. */
	release(appUuid: AppUuid): void;
	/** Wishes that start what may start again, if the target wants it running. */
	wishesFor(target: TargetApp, observed: ObservedState): Promise<readonly Intent[]>;
}

const settingName = 'stoppedServices';

const Record = z.object({
	appUuid: z.string(),
	serviceName: z.string(),
	containerIds: z.array(z.string()),
});
const Records = z.array(Record).catch([]);

interface Stopped extends z.infer<typeof Record> {
	/** It may start again. */
	readonly isReleased: boolean;
}

export function createStoppedServices(
	store: Pick<StateStore, 'getSetting' | 'setSetting'>,
): StoppedServices {
	const stopped = new Map<string, Stopped>();
	const ofApp = (appUuid: string): Stopped[] =>
		[...stopped.values()].filter((one) => one.appUuid === appUuid);
	const put = (one: Stopped): void => void stopped.set(keyOf(one), one);
	const save = async (): Promise<void> => {
		const records = [...stopped.values()].map(({ isReleased: _, ...record }) => record);
		await store.setSetting(settingName, records.length === 0 ? undefined : records);
	};
	const drop = async (some: readonly Stopped[]): Promise<void> => {
		const isKnown = some.map((one) => stopped.delete(keyOf(one))).includes(true);
		if (isKnown) await save();
	};
	return {
		async load() {
			const records = Records.parse(await store.getSetting(settingName));
			for (const record of records) put({ ...record, isReleased: true });
		},
		async remember(appUuid, intents, observed) {
			const containers = containersOf(observed, appUuid);
			const services = servicesIn(intents, 'stop');
			for (const serviceName of services) {
				const containerIds = containers
					.filter((container) => serviceOf(container) === serviceName)
					.map(({ containerId }) => containerId);
				put({ appUuid, serviceName, containerIds, isReleased: false });
			}
			if (services.length > 0) await save();
			const started = servicesIn(intents, 'start');
			await drop(ofApp(appUuid).filter(({ serviceName }) => started.includes(serviceName)));
		},
		release(appUuid) {
			for (const one of ofApp(appUuid)) put({ ...one, isReleased: true });
		},
		async wishesFor(target, observed) {
			const all = ofApp(target.appUuid);
			const lasting = all.filter((one) => isStartable(one, target, observed));
			await drop(all.filter((one) => !lasting.includes(one)));
			const released = lasting.filter(({ isReleased }) => isReleased);
			return released.map(({ serviceName }) => ({ kind: 'start', serviceName }));
		},
	};
}

function keyOf({ appUuid, serviceName }: Pick<Stopped, 'appUuid' | 'serviceName'>): string {
	return `${appUuid}/${serviceName}`;
}

function servicesIn(intents: readonly Intent[], kind: 'start' | 'stop'): string[] {
	return intents.flatMap((intent) =>
		(intent.kind === 'start' || intent.kind === 'stop') && intent.kind === kind
			? [intent.serviceName]
			: [],
	);
}

function serviceOf({ labels }: ObservedContainer): string | undefined {
	return labels[labelNames.serviceName];
}

/** The container that was stopped is still there and stopped, and the target wants it to run. */
function isStartable(
	{ serviceName, containerIds }: Stopped,
	{ release, appUuid }: TargetApp,
	observed: ObservedState,
): boolean {
	const isWanted = release?.services.some(
		(service) => service.serviceName === serviceName && service.running,
	);
	const isThere = containersOf(observed, appUuid).some(
		({ containerId, state }) => state === 'exited' && containerIds.includes(containerId),
	);
	return isWanted === true && isThere;
}

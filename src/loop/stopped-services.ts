import { z } from 'zod';
import type { AppUuid } from '../model/ids.ts';
import { labelNames } from '../model/labels.ts';
import type { ObservedContainer, ObservedState } from '../model/observed.ts';
import type { Intent, Plan } from '../model/plan.ts';
import type { TargetApp } from '../model/target.ts';
import type { StateStore } from '../ports/state-store.ts';
import { containersOf } from './intents-met.ts';

/**
 * Remembers which services people stopped, so that they can be told from those that ended by themselves: a stopped one
 * starts again with the app's next target and with the supervisor's next start (contract 1.4 row 10). And which
 * containers stop to make room for another: one that is wanted again, as the release is taken back, starts again.
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
	/** A container was started: if it was stopped, it counts as started, though it may end before anybody sees it run. */
	noteStarted(appUuid: AppUuid, containerId: string): Promise<void>;
	/**
	 * The plan is about to be carried out: what it stops and then removes may start again, should it be wanted after all. It
	 * is on the disk when this resolves.
	 */
	expectSwitch(appUuid: AppUuid, plan: Plan): Promise<void>;
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

type ServiceName = Pick<Stopped, 'appUuid' | 'serviceName'>;

const unknown: Pick<Stopped, 'containerIds' | 'isReleased'> = {
	containerIds: [],
	isReleased: true,
};

/** The records, in memory and on the disk. */
function createBook(store: Pick<StateStore, 'getSetting' | 'setSetting'>) {
	const stopped = new Map<string, Stopped>();
	const save = async (): Promise<void> => {
		const records = [...stopped.values()].map(({ isReleased: _, ...record }) => record);
		await store.setSetting(settingName, records.length === 0 ? undefined : records);
	};
	return {
		save,
		find: (one: ServiceName): Stopped | undefined => stopped.get(keyOf(one)),
		ofApp: (appUuid: string): Stopped[] =>
			[...stopped.values()].filter((one) => one.appUuid === appUuid),
		put: (one: Stopped): void => void stopped.set(keyOf(one), one),
		drop: async (some: readonly Stopped[]): Promise<void> => {
			const isKnown = some.map((one) => stopped.delete(keyOf(one))).includes(true);
			if (isKnown) await save();
		},
	};
}

export function createStoppedServices(
	store: Pick<StateStore, 'getSetting' | 'setSetting'>,
): StoppedServices {
	const { save, find, ofApp, put, drop } = createBook(store);
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
		noteStarted: (appUuid, containerId) =>
			drop(ofApp(appUuid).filter(({ containerIds }) => containerIds.includes(containerId))),
		async expectSwitch(appUuid, plan) {
			const leaving = leavingContainers(plan);
			for (const { serviceName, containerId } of leaving) {
				const { containerIds, isReleased } = find({ appUuid, serviceName }) ?? unknown;
				put({ appUuid, serviceName, containerIds: [...containerIds, containerId], isReleased });
			}
			if (leaving.length > 0) await save();
		},
		release(appUuid) {
			for (const one of ofApp(appUuid)) put({ ...one, isReleased: true });
		},
		async wishesFor(target, observed) {
			const all = ofApp(target.appUuid);
			const containers = containersOf(observed, target.appUuid);
			await drop(all.filter((one) => !isStopped(one, containers)));
			const wanted = ofApp(target.appUuid).filter(
				(one) => one.isReleased && isStartable(one, target, containers),
			);
			return wanted.map(({ serviceName }) => ({ kind: 'start', serviceName }));
		},
	};
}

function keyOf({ appUuid, serviceName }: ServiceName): string {
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

/** A container that was stopped is still there and stopped. */
function isStopped({ containerIds }: Stopped, containers: readonly ObservedContainer[]): boolean {
	return containers.some(
		({ containerId, state }) => state === 'exited' && containerIds.includes(containerId),
	);
}

/** The target wants the service to run, and it has no container but those that were stopped. */
function isStartable(
	{ serviceName, containerIds }: Stopped,
	{ release }: TargetApp,
	containers: readonly ObservedContainer[],
): boolean {
	const isWanted = release?.services.some(
		(service) => service.serviceName === serviceName && service.running,
	);
	const own = containers.filter((container) => serviceOf(container) === serviceName);
	return isWanted === true && own.every(({ containerId }) => containerIds.includes(containerId));
}

/** Containers that a plan stops and removes. */
function leavingContainers({
	steps,
}: Plan): { readonly serviceName: string; readonly containerId: string }[] {
	const removed = steps.flatMap((step) =>
		step.kind === 'removeContainer' ? [step.container] : [],
	);
	return steps.flatMap((step) =>
		step.kind === 'stopContainer' &&
		step.serviceName !== undefined &&
		removed.includes(step.container)
			? [{ serviceName: step.serviceName, containerId: step.container }]
			: [],
	);
}

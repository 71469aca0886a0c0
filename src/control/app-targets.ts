import omit from 'lodash/omit.js';
import { isRecord } from '../kit/digest.ts';
import { SupervisorError } from '../kit/errors.ts';
import { createQueue } from '../kit/queue.ts';
import { decodeTargetDevice } from '../model/target-document.ts';
import type { TargetState } from '../model/target.ts';
import type { StateStore } from '../ports/state-store.ts';
import type { ControlOptions } from './control.ts';

/** The targets of single apps, as a person sets them on the device. */
export interface AppTargets {
	/**
	 * The app's target as it was received.
	 * @throws {SupervisorError} APP_NOT_FOUND
	 */
	read(appUuid: string): Promise<unknown>;
	/**
	 * Nothing is changed: `set` with the same would be taken.
	 * @throws {SupervisorError} TARGET_INVALID with all faults, TARGET_NOT_SETTABLE, STORE_FAILED
	 */
	check(appUuid: string, document: unknown): Promise<void>;
	/**
	 * The app's target is this from now on, and stored; the other apps are left as they are.
	 * @throws {SupervisorError} TARGET_INVALID with all faults, TARGET_NOT_SETTABLE, STORE_FAILED
	 */
	set(appUuid: string, document: unknown, options: ControlOptions): Promise<void>;
	/**
	 * The app is wanted no more: its containers and networks go, its volumes stay.
	 * @throws {SupervisorError} APP_NOT_FOUND, TARGET_NOT_SETTABLE, STORE_FAILED
	 */
	remove(appUuid: string, options: ControlOptions): Promise<void>;
}

export interface AppTargetsDeps {
	readonly store: Pick<StateStore, 'loadTarget' | 'saveTarget'>;
	/** The target holds from now on. */
	readonly setTarget: (
		target: TargetState,
		options: { readonly force: boolean; readonly cancel: boolean },
	) => void;
	/** Name of the device before a target gave it one. */
	readonly deviceName: () => string;
	/** Why no app's target can be set now; undefined: it can. */
	readonly obstacle: () => string | undefined;
}

interface DeviceDocument {
	readonly name: unknown;
	readonly config: unknown;
	readonly apps: Readonly<Record<string, unknown>>;
}

export function createAppTargets(deps: AppTargetsDeps): AppTargets {
	const { store, setTarget } = deps;
	const queue = createQueue();
	const present = async (): Promise<DeviceDocument> => {
		const stored = await store.loadTarget();
		const { name = deps.deviceName(), config = {}, apps } = recordOf(stored?.document);
		return { name, config, apps: recordOf(apps) };
	};
	const put = async (document: DeviceDocument, { force }: ControlOptions): Promise<void> => {
		const target = decodeTargetDevice(document);
		await store.saveTarget({ source: 'local', document });
		setTarget(target, { force, cancel: false });
	};
	const change = (work: () => Promise<void>): Promise<void> =>
		queue.run(async () => {
			const reason = deps.obstacle();
			if (reason === undefined) return work();
			throw new SupervisorError(reason, { code: 'TARGET_NOT_SETTABLE', retry: 'never' });
		});
	const withApp = async (appUuid: string, app: unknown): Promise<DeviceDocument> => {
		const document = await present();
		const next = { ...document, apps: { ...document.apps, [appUuid]: app } };
		requireGood(next, appUuid);
		return next;
	};
	return {
		async read(appUuid) {
			const { apps } = await present();
			if (!Object.hasOwn(apps, appUuid)) throw appNotFound(appUuid);
			return apps[appUuid];
		},
		check: (appUuid, app) =>
			change(async () => {
				await withApp(appUuid, app);
			}),
		set: (appUuid, app, options) => change(async () => put(await withApp(appUuid, app), options)),
		remove: (appUuid, options) =>
			change(async () => {
				const document = await present();
				if (!Object.hasOwn(document.apps, appUuid)) throw appNotFound(appUuid);
				await put({ ...document, apps: omit(document.apps, [appUuid]) }, options);
			}),
	};
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
	return isRecord(value) ? value : {};
}

/** @throws {SupervisorError} TARGET_INVALID when the app of this uuid cannot be decoded */
function requireGood(document: DeviceDocument, appUuid: string): void {
	const { rejected } = decodeTargetDevice(document);
	const reasons = rejected.find((app) => app.appUuid === appUuid)?.reasons;
	if (reasons === undefined) return;
	throw new SupervisorError(`The app is not valid: ${reasons.join('; ')}`, {
		code: 'TARGET_INVALID',
		retry: 'never',
	});
}

function appNotFound(appUuid: string): SupervisorError {
	return new SupervisorError(`The target state has no app ${appUuid}`, {
		code: 'APP_NOT_FOUND',
		retry: 'never',
	});
}

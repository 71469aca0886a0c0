import type { AppId } from '../model/ids.ts';
import type { PowerOrder } from '../ports/host.ts';

/** Names a service of an app; both given: either one that fits; an app with one service needs neither. */
export interface ServiceSelector {
	readonly serviceName?: string | undefined;
	readonly imageId?: number | undefined;
}

export interface ControlOptions {
	/** Go ahead even if an update lock is held. */
	readonly force: boolean;
}

/**
 * The verbs people may ask for. Each promise resolves when the world is as asked, and rejects with a SupervisorError:
 * APP_NOT_FOUND, SERVICE_NOT_FOUND, SERVICE_NOT_IN_TARGET, BAD_REQUEST (nothing was selected), UPDATES_LOCKED, SUPERSEDED, STEP_FAILED or a failure of the engine.
 */
export interface Control {
	/**
	 * Asks the cloud for the target state, in the background.
	 * @returns false when instant updates are off and `force` is not given: nothing is done then
	 */
	update(options: ControlOptions & { readonly cancel: boolean }): Promise<boolean>;
	/**
	 * All update locks of all apps are ours, and the device goes down a second later.
	 * @throws {SupervisorError} UPDATES_LOCKED, also while the operating system is being updated; HOST_FAILED
	 */
	goDown(order: PowerOrder, options: ControlOptions): Promise<void>;
	/** Every container of the app is a new one afterwards; volumes and networks stay. */
	restartApp(appId: AppId, options: ControlOptions): Promise<void>;
	/** The app's containers, networks and volumes were removed and made anew. */
	purgeApp(appId: AppId, options: ControlOptions): Promise<void>;
	/** The service's container is a new one, made from the target. */
	restartService(appId: AppId, selector: ServiceSelector, options: ControlOptions): Promise<void>;
	/** The service's container is stopped and kept. @returns its id */
	stopService(appId: AppId, selector: ServiceSelector, options: ControlOptions): Promise<string>;
	/** The service runs. @returns its container's id */
	startService(appId: AppId, selector: ServiceSelector): Promise<string>;
}

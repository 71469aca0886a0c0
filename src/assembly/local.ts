import type { LocalApi } from '../api/routes/local.ts';
import { decodeSettings } from '../config/decode-settings.ts';
import { createLocalControl } from '../control/local-control.ts';
import { createLocalMode, type LocalMode } from '../control/local-mode.ts';
import { createLocalStore } from '../control/local-store.ts';
import type { LogHub } from '../logs/log-hub.ts';
import type { Basis } from './basis.ts';
import type { Loop } from './loop.ts';
import type { TargetSetter } from './target-setter.ts';

export interface LocalOptions {
	readonly loop: Loop;
	readonly setTarget: TargetSetter;
	readonly announce: (message: string) => void;
	readonly hub: LogHub;
}

/** Local mode, and what the local API shows of it. */
export interface Local {
	readonly mode: LocalMode;
	readonly api: LocalApi;
}

/** What a former process remembered of local mode is known afterwards. @throws {SupervisorError} STORE_FAILED */
export async function createLocal(
	basis: Basis,
	{ loop, setTarget, announce, hub }: LocalOptions,
): Promise<Local> {
	const { configJson, environment, store } = basis;
	const isUnmanaged = configJson.apiEndpoint === '';
	const mode = createLocalMode({
		...basis,
		store: createLocalStore(store),
		isUnmanaged,
		isWanted: (config) => decodeSettings(config, configJson).settings.localMode,
		setTarget,
		markStale: () => loop.observer.markStale(),
		own: {
			containers: [environment.supervisorContainerId ?? ''],
			images: [environment.supervisorImage],
		},
		announce,
	});
	await mode.load();
	const control = createLocalControl({ mode, board: loop.board, store, isUnmanaged });
	const api = Object.assign(control, { logs: (signal: AbortSignal) => hub.read(signal) });
	return { mode, api };
}

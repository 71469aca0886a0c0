import { isRecord } from '../kit/digest.ts';
import { toV2Apps } from '../model/target/local-apps.ts';
import type { StateBoard } from '../loop/board.ts';
import type { StateStore } from '../ports/state-store.ts';
import type { LocalMode } from './local-mode.ts';

/** The target state as command-line clients know it (contract 1.5 row 23). */
export interface LocalState {
	readonly name: string;
	readonly config: Readonly<Record<string, string>>;
	/** By app id, in the v2 form; what was posted comes back as it was. */
	readonly apps: Readonly<Record<string, unknown>>;
}

/** What developers may ask for. */
export interface LocalControl {
	readonly isOn: boolean;
	/** @throws {SupervisorError} STORE_FAILED */
	state(): Promise<LocalState>;
	/** See LocalMode.post. */
	setTarget(body: unknown): Promise<void>;
}

export interface LocalControlDeps {
	readonly mode: Pick<LocalMode, 'phase' | 'record' | 'post'>;
	readonly board: Pick<StateBoard, 'snapshot'>;
	readonly store: Pick<StateStore, 'loadTarget'>;
	readonly isUnmanaged: boolean;
}

export function createLocalControl(deps: LocalControlDeps): LocalControl {
	const { mode, board } = deps;
	return {
		get isOn() {
			return mode.phase === 'on';
		},
		async state() {
			const { target } = board.snapshot();
			const apps = toV2Apps(await appsInForce(deps));
			return { name: target?.deviceName ?? 'local', config: target?.config ?? {}, apps };
		},
		setTarget: (body) => mode.post(body),
	};
}

/** In the v3 form. */
async function appsInForce({ mode, store, isUnmanaged }: LocalControlDeps): Promise<unknown> {
	if (mode.record !== undefined) return mode.record.apps;
	if (mode.phase === 'on' && !isUnmanaged) return {};
	const stored = await store.loadTarget();
	return isRecord(stored?.document) ? stored.document.apps : {};
}

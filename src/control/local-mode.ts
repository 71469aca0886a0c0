import { backoffMs } from '../kit/backoff.ts';
import type { Clock } from '../kit/clock.ts';
import { SupervisorError } from '../kit/errors.ts';
import type { Job } from '../kit/job.ts';
import { linkAbort, type LinkedAbort } from '../kit/linked-abort.ts';
import type { Logger } from '../kit/logger.ts';
import { createQueue } from '../kit/queue.ts';
import { createWaker } from '../kit/waker.ts';
import type { SetTargetOptions } from '../loop/reconciler.ts';
import { findImage } from '../model/image-reference.ts';
import { decodeLocalDocument } from '../model/target/local-document.ts';
import type { TargetState } from '../model/target.ts';
import type { ContainerEngine } from '../ports/container-engine.ts';
import { removeLeftovers, type CleanUpDeps } from './local-clean-up.ts';
import { toSnapshot } from './local-leftovers.ts';
import type { EngineSnapshot, LocalRecord, LocalStore } from './local-store.ts';
import {
	referencesOf,
	toLocalRecord,
	toLocalTarget,
	withoutFleet,
	type BaseTarget,
} from './local-target.ts';

/** `entering`: the engine's state is being noted, and nothing has changed yet; `leaving`: it is being restored. */
export type LocalPhase = 'off' | 'entering' | 'on' | 'leaving';

export interface LocalModeDeps {
	readonly store: LocalStore;
	readonly engine: CleanUpDeps['engine'] & Pick<ContainerEngine, 'listImages'>;
	/** The device has no cloud: it is in local mode for good. */
	readonly isUnmanaged: boolean;
	/** What the configuration of a target says. */
	readonly isWanted: (config: TargetState['config']) => boolean;
	/** Puts a target in force. */
	readonly setTarget: (target: TargetState, options: SetTargetOptions) => void;
	/** The engine changed behind our back: the next look reads it anew. */
	readonly markStale: () => void;
	/** Names or ids of the supervisor's own container, and references of its image. */
	readonly own: { readonly containers: readonly string[]; readonly images: readonly string[] };
	/** Tells people something: a system message. */
	readonly announce: (message: string) => void;
	readonly clock: Clock;
	readonly log: Logger;
}

/**
 * Decides whose target holds: the base's (the cloud's, or a preload's), or the one that a developer posted. Level-based:
 * what is stored and what the base says give the phase, so that a crash at any point goes on where it was.
 */
export interface LocalMode extends Job {
	readonly phase: LocalPhase;
	/** What was posted last; absent outside local mode, and before. */
	readonly record: LocalRecord | undefined;
	/** Reads what a former process remembered. To be called before anything else. @throws {SupervisorError} STORE_FAILED */
	load(): Promise<void>;
	/** The base says this from now on; absent: it has said nothing yet. */
	setBase(base: BaseTarget, options?: SetTargetOptions): void;
	/**
	 * What was posted holds from now on. The device counts as applying before this resolves, also when the text is the
	 * same as before: a container may have gone, or a tag may name another image.
	 * @throws {SupervisorError} BAD_REQUEST outside local mode, TARGET_INVALID, STORE_FAILED, ENGINE_UNAVAILABLE
	 */
	post(body: unknown): Promise<void>;
}

export function createLocalMode(deps: LocalModeDeps): LocalMode {
	return new LocalModeSwitch(deps);
}

const retryLimits = { minMs: 500, maxMs: 60_000 };
const never = new AbortController().signal;
/** For waits that reject only when their signal fires. */
const ignore = (): void => undefined;

class LocalModeSwitch implements LocalMode {
	readonly name = 'local mode';
	readonly #deps: LocalModeDeps;
	readonly #waker;
	readonly #posts = createQueue();
	#base: BaseTarget;
	#record: LocalRecord | undefined;
	#snapshot: EngineSnapshot | undefined;
	#cleanUp: LinkedAbort | undefined;

	constructor(deps: LocalModeDeps) {
		this.#deps = { ...deps, log: deps.log.child({ component: 'local mode' }) };
		this.#waker = createWaker(deps.clock);
	}

	get phase(): LocalPhase {
		if (this.#deps.isUnmanaged) return 'on';
		if (this.#base === undefined) return 'off';
		if (this.#deps.isWanted(this.#base.config)) {
			return this.#snapshot === undefined ? 'entering' : 'on';
		}
		return this.#snapshot === undefined && this.#record === undefined ? 'off' : 'leaving';
	}

	get record(): LocalRecord | undefined {
		return this.phase === 'on' ? this.#record : undefined;
	}

	async load(): Promise<void> {
		const { store } = this.#deps;
		[this.#record, this.#snapshot] = await Promise.all([store.loadRecord(), store.loadSnapshot()]);
	}

	setBase(base: BaseTarget, options: SetTargetOptions = {}): void {
		this.#base = base;
		this.#putInForce(options);
	}

	post(body: unknown): Promise<void> {
		return this.#posts.run(async () => {
			if (this.phase !== 'on') throw localModeOff();
			const document = decodeLocalDocument(body);
			const images = await this.#deps.engine.listImages(never);
			const record = toLocalRecord(document, this.#base, images);
			await this.#deps.store.saveRecord(record);
			this.#record = record;
			this.#deps.log.info({ apps: document.target.apps.length }, 'local target is set');
			this.#deps.markStale();
			this.#putInForce({ force: document.force, cancel: true });
			for (const image of referencesOf(document.target)) {
				if (findImage(images, image) === undefined) this.#deps.announce(absent(image));
			}
		});
	}

	async run(signal: AbortSignal): Promise<void> {
		let failures = 0;
		while (!signal.aborted) {
			const isDone = await this.#pursue(signal, failures);
			failures = isDone ? 0 : failures + 1;
		}
	}

	/** Puts in force what the phase calls for; nothing while the engine's state is not noted. */
	#putInForce(options: SetTargetOptions): void {
		const { phase } = this;
		const target = this.#targetIn(phase);
		if (phase !== 'leaving') this.#cleanUp?.abort();
		if (target !== undefined) this.#deps.setTarget(target, options);
		this.#waker.wake();
	}

	#targetIn(phase: LocalPhase): TargetState | undefined {
		const { isUnmanaged: keepsFleet, log } = this.#deps;
		if (phase === 'entering') return undefined;
		if (phase === 'off') return this.#base;
		if (phase === 'leaving') return withoutFleet(this.#base);
		if (this.#base === undefined && this.#record === undefined) return undefined;
		try {
			return toLocalTarget(this.#base, this.#record, { keepsFleet });
		} catch (err) {
			log.error({ err }, 'stored local target cannot be read, going on without it');
			return toLocalTarget(this.#base, undefined, { keepsFleet });
		}
	}

	/** Brings the phase to an end that it does not stay in, and waits for another. @returns false when that failed */
	async #pursue(signal: AbortSignal, failures: number): Promise<boolean> {
		const { clock, log } = this.#deps;
		try {
			if (this.phase === 'entering') await this.#enter(signal);
			else if (this.phase === 'leaving') await this.#leave(signal);
		} catch (err) {
			if (signal.aborted) return false;
			const retryInMs = backoffMs(failures, retryLimits);
			log.warn({ err, phase: this.phase, retryInMs }, 'local mode cannot be switched, will retry');
			await clock.sleep(retryInMs, signal).catch(ignore);
			return false;
		}
		await this.#waker.wait(Number.POSITIVE_INFINITY, signal).catch(ignore);
		return true;
	}

	async #enter(signal: AbortSignal): Promise<void> {
		const { engine, store, clock, announce } = this.#deps;
		const objects = await engine.listEverything(signal);
		const snapshot = toSnapshot(objects, clock.now().toISOString());
		await store.saveSnapshot(snapshot);
		this.#snapshot = snapshot;
		announce('Local mode is on');
		this.#putInForce({});
	}

	async #leave(signal: AbortSignal): Promise<void> {
		const { engine, store, log, announce, markStale } = this.#deps;
		const own = linkAbort(signal);
		this.#cleanUp = own;
		try {
			const deps = { engine, keepers: this.#keepers(), log };
			if (this.#snapshot !== undefined) await removeLeftovers(this.#snapshot, deps, own.signal);
		} finally {
			own.unlink();
		}
		if (own.signal.aborted) return;
		await store.saveRecord(undefined);
		await store.saveSnapshot(undefined); // last: until it is gone, a start after a cut begins again
		this.#record = undefined;
		this.#snapshot = undefined;
		announce('Local mode is off');
		markStale();
		this.#putInForce({});
	}

	#keepers(): CleanUpDeps['keepers'] {
		const { own } = this.#deps;
		const base = this.#base;
		const lasting = [
			...withoutFleet(base).apps,
			...(base?.supervisorApp === undefined ? [] : [base.supervisorApp]),
		];
		return {
			supervisorContainers: own.containers,
			images: [...own.images, ...(base === undefined ? [] : referencesOf(base))],
			appIds: lasting.map(({ appId }) => appId),
		};
	}
}

function localModeOff(): SupervisorError {
	return new SupervisorError('Target state can only set when device is in local mode', {
		code: 'BAD_REQUEST',
		retry: 'never',
	});
}

function absent(image: string): string {
	return `Image ${image} is not on the engine: build or load it there; images of a local target are not downloaded`;
}

import omit from 'lodash/omit.js';
import type { AppUuid } from '../model/ids.ts';
import type { ObservedState } from '../model/observed.ts';
import type { TargetState } from '../model/target.ts';
import { imagesOfApp, type AppImages } from '../plan/delta-source.ts';
import type { AppToPlan } from '../plan/apps-to-plan.ts';
import { createAppWorker, type AppWorker, type AppWorkerDeps } from './app-worker.ts';
import { createBootWorker, type BootWorker } from './boot-worker.ts';
import { createDeviceWorker, type DeviceWorker } from './device-worker.ts';
import type { DueReboot } from './due-reboot.ts';
import type { LoopParts } from './loop-parts.ts';
import type { ReconcilerDeps } from './reconciler-deps.ts';

interface TargetOptions {
	readonly force: boolean;
	readonly cancel: boolean;
}

/**
 * One worker for each app of the target and for each app that only the engine knows, one for what the device boots with,
 * and one for the rest of the device.
 */
export class AppRegistry {
	readonly #deps: ReconcilerDeps;
	readonly #parts: LoopParts;
	readonly #workerDeps: AppWorkerDeps;
	readonly #workers = new Map<AppUuid, AppWorker>();
	readonly #device: DeviceWorker;
	readonly #boot: BootWorker;
	readonly #running = new Set<Promise<void>>();
	#lifetime: AbortSignal | undefined;

	constructor(deps: ReconcilerDeps, parts: LoopParts & { readonly dueReboot: DueReboot }) {
		this.#deps = deps;
		this.#parts = parts;
		this.#device = createDeviceWorker({
			...deps,
			...parts,
			limits: deps.backoffLimits,
			dueReboot: parts.dueReboot,
			untilReleased: (path, signal) => deps.locks.untilReleased(path, signal),
			attendDueReboot: (target) => parts.dueReboot.attend(target, { isSettled: this.isAtRest }),
			stalledTarget: () => this.#targetIf(this.#isStalled),
			deltaImages: () => deltaImagesOf(deps, parts),
			tidyTarget: (isRoomNeeded) => this.#targetIf(isRoomNeeded || this.#isQuiet),
		});
		this.#boot = createBootWorker({
			...deps,
			...parts,
			limits: deps.backoffLimits,
			target: () => deps.board.snapshot().target,
			untilFree: (signal) => parts.hold.untilFree(signal),
			onRest: () => this.#device.notice(),
		});
		parts.hold.onTaken(() => this.#interrupt());
		this.#workerDeps = {
			...appServices(deps, parts),
			untilFree: (signal) => this.#untilFree(signal),
			onRest: () => this.#noteRest(),
			onPause: () => this.#device.notice(),
			onNoSpace: () => this.#device.makeRoom(),
			onGone: (appUuid) => {
				this.#workers.delete(appUuid);
				this.#noteRest();
			},
		};
	}

	find(appUuid: AppUuid): AppWorker | undefined {
		return this.#workers.get(appUuid);
	}

	setTarget(target: TargetState, options: TargetOptions): void {
		this.#device.interrupt();
		this.#boot.attend();
		for (const app of target.apps) this.#ensure(app).setTarget(app, options);
		this.#dismiss(target, options);
		this.#sweepConditions(target);
		this.#noteRest();
	}

	/** Makes a worker for each app that has none. */
	adopt(apps: readonly AppToPlan[]): void {
		for (const app of apps.filter(({ appUuid }) => !this.#workers.has(appUuid))) {
			this.#ensure(app).setTarget(app.target, { force: false, cancel: false });
		}
	}

	/** The world may have changed. @param observed - how it is, when it could be read */
	notice(observed: ObservedState | undefined): void {
		for (const worker of this.#workers.values()) worker.notice(observed);
	}

	retryNow(options: { readonly force: boolean; readonly cancel: boolean }): void {
		this.#boot.retryNow();
		for (const worker of this.#workers.values()) worker.retryNow(options);
		if (this.#workers.size === 0) this.#device.notice();
	}

	/** Workers run from now on, those that come later at once. */
	start(signal: AbortSignal): void {
		this.#lifetime = signal;
		for (const worker of this.#workers.values()) this.#launch(worker);
		this.#launch(this.#boot);
		this.#launch(this.#device);
	}

	/** Resolves when every worker has ended. */
	async ended(): Promise<void> {
		await Promise.allSettled(this.#running);
	}

	/** No app needs anything. */
	get isAtRest(): boolean {
		return [...this.#workers.values()].every(({ isAtRest }) => isAtRest);
	}

	/** No app is worked on at this moment. */
	get #isQuiet(): boolean {
		return [...this.#workers.values()].every(({ isQuiet }) => isQuiet);
	}

	/** No app has anything to do that a reboot would interrupt. */
	get #isStalled(): boolean {
		return this.#boot.isQuiet && [...this.#workers.values()].every(({ isStalled }) => isStalled);
	}

	/** Resolves when an app may be looked at: what the device boots with comes first. */
	async #untilFree(signal: AbortSignal): Promise<void> {
		const { hold } = this.#parts;
		do {
			await hold.untilFree(signal);
			await this.#boot.untilAttended(signal);
		} while (hold.isHeld && !signal.aborted);
	}

	#targetIf(isTime: boolean): TargetState | undefined {
		const isFree = isTime && !this.#parts.hold.isHeld;
		return isFree ? this.#deps.board.snapshot().target : undefined;
	}

	#interrupt(): void {
		this.#device.interrupt();
		this.#boot.interrupt();
		for (const worker of this.#workers.values()) worker.interrupt();
	}

	#noteRest(): void {
		const { board } = this.#deps;
		if (!this.isAtRest) return;
		if (board.snapshot().updateDownloaded) board.update({ updateDownloaded: false });
		this.#device.notice();
	}

	#ensure({ appUuid, appId }: Pick<AppToPlan, 'appUuid' | 'appId'>): AppWorker {
		const known = this.#workers.get(appUuid);
		if (known !== undefined) return known;
		const worker = createAppWorker({ appUuid, appId }, this.#workerDeps);
		this.#workers.set(appUuid, worker);
		this.#launch(worker);
		return worker;
	}

	#launch(worker: AppWorker | DeviceWorker | BootWorker): void {
		if (this.#lifetime === undefined) return;
		const run = worker.run(this.#lifetime).catch((err: unknown) => {
			this.#deps.log.error({ err, job: worker.name }, 'worker died');
			if ('appUuid' in worker) this.#workers.delete(worker.appUuid); // the next look at the device makes another
		});
		this.#running.add(run);
		void run.finally(() => this.#running.delete(run)); // ended() waits for it
	}

	/** Tells the workers of apps that the target does not have, or has in an unusable form. */
	#dismiss({ apps, rejected }: TargetState, options: TargetOptions): void {
		const wanted = new Set<string>(apps.map(({ appUuid }) => appUuid));
		const refused = new Map(rejected.map((app) => [app.appUuid, app]));
		for (const worker of this.#workers.values()) {
			const refusal = refused.get(worker.appUuid);
			if (refusal !== undefined) worker.reject(refusal);
			else if (!wanted.has(worker.appUuid)) worker.setTarget(undefined, options);
		}
		for (const { appUuid, reasons } of rejected) {
			const reason = reasons.join('; ');
			this.#parts.conditions.set(appUuid, { phase: 'rejected', reason, failures: 0 });
		}
	}

	/** Takes conditions from the board whose apps are neither in the target nor worked on. */
	#sweepConditions({ apps, rejected }: TargetState): void {
		const inTarget = [...apps, ...rejected].map(({ appUuid }) => appUuid);
		const known = new Set<string>([...inTarget, ...this.#workers.keys()]);
		for (const appUuid of Object.keys(this.#deps.board.snapshot().apps)) {
			if (!known.has(appUuid)) this.#parts.conditions.remove(appUuid);
		}
	}
}

/** What every worker needs of the world. */
function appServices(
	deps: ReconcilerDeps,
	parts: LoopParts,
): Omit<AppWorkerDeps, 'untilFree' | 'onRest' | 'onPause' | 'onNoSpace' | 'onGone'> {
	const { board, store, locks, log } = deps;
	return {
		...deps,
		...parts,
		limits: deps.backoffLimits,
		engineAnswers: (signal) => parts.gate.probe(signal),
		isEngineAway: () => !parts.gate.isOpen,
		untilEngineAnswers: (signal) => parts.gate.untilOpen(signal),
		untilReleased: (path, signal) => locks.untilReleased(path, signal),
		currentCommit: (appUuid) => board.snapshot().currentCommits[appUuid],
		targetApps: () => board.snapshot().target?.apps ?? [],
		oldImages: (appUuid) => parts.ledger.spentImages(appUuid, board.snapshot().target),
		deltaImages: (appUuid) => imagesOfApp(deltaImagesOf(deps, parts), appUuid),
		releaseLeftovers: async (app) => {
			await locks
				.release(app.appId, 'all')
				.catch((err: unknown) => log.warn({ err }, 'old update locks could not be given back'));
		},
		forget: async (appUuid) => {
			parts.conditions.remove(appUuid);
			const { currentCommits } = board.snapshot();
			if (currentCommits[appUuid] === undefined) return;
			board.update({ currentCommits: omit(currentCommits, appUuid) });
			await store
				.forgetCommit(appUuid)
				.catch((err: unknown) => log.warn({ err, appUuid }, 'commit could not be forgotten'));
		},
	};
}

function deltaImagesOf({ usesDeltas }: ReconcilerDeps, { ledger }: LoopParts): AppImages {
	return usesDeltas?.() === true ? ledger.serviceImages() : {};
}

import { SupervisorError } from '../kit/errors.ts';
import type { AppUuid } from '../model/ids.ts';
import type { ObservedState } from '../model/observed.ts';
import type { Intent } from '../model/plan.ts';
import { containersOf, isWishMet, servicesOf, type Wish } from './intents-met.ts';

export interface RequestOptions {
	/** Go ahead even if a user holds an update lock. */
	readonly force: boolean;
}

interface Entry extends Wish {
	readonly force: boolean;
	/** Services that were started since it was made. */
	readonly started: readonly string[];
	readonly resolve: () => void;
	readonly reject: (err: Error) => void;
}

export function supersededError(): SupervisorError {
	return new SupervisorError('Another action on the app took the place of this one', {
		code: 'SUPERSEDED',
		retry: 'never',
	});
}

/** What people ask of one app and still wait for. */
export class RequestBook {
	readonly #appUuid: AppUuid;
	#entries: readonly Entry[] = [];

	constructor(appUuid: AppUuid) {
		this.#appUuid = appUuid;
	}

	/**
	 * Resolves when the intents are met, and for none when the app is settled; rejects with the failure of the attempt, or
	 * with SUPERSEDED. A request that contradicts an earlier one takes its place.
	 * @param observed - the world as it was last seen
	 */
	add(
		intents: readonly Intent[],
		{ force }: RequestOptions,
		observed: ObservedState | undefined,
	): Promise<void> {
		this.#end(
			(entry) => contradicts(entry.intents, intents),
			({ reject }) => reject(supersededError()),
		);
		const appUuid = this.#appUuid;
		const ids = intents.flatMap((intent) => (intent.kind === 'replace' ? intent.containerIds : []));
		const replacedServices = servicesOf(containersOf(observed, appUuid), ids);
		return new Promise((resolve, reject) => {
			const started: readonly string[] = [];
			const entry = { appUuid, intents, replacedServices, force, started, resolve, reject };
			this.#entries = [...this.#entries, entry];
		});
	}

	/** Intents of all requests, in order. */
	get intents(): readonly Intent[] {
		return this.#entries.flatMap(({ intents }) => intents);
	}

	/** A container was started again as it is, which is as good as its replacement. */
	noteRestarted(containerId: string): void {
		this.#entries = this.#entries.map((entry) => ({
			...entry,
			intents: entry.intents.map((intent) =>
				intent.kind === 'replace'
					? { ...intent, containerIds: intent.containerIds.filter((id) => id !== containerId) }
					: intent,
			),
		}));
	}

	/** A service was started: who asked for that has it, though it may end before anybody sees it run. */
	noteStarted(serviceName: string): void {
		this.#entries = this.#entries.map((entry) => ({
			...entry,
			started: [...entry.started, serviceName],
		}));
		this.#end(
			({ intents, started }) =>
				intents.length > 0 &&
				intents.every((one) => one.kind === 'start' && started.includes(one.serviceName)),
			({ resolve }) => resolve(),
		);
	}

	get isForced(): boolean {
		return this.#entries.some(({ force }) => force);
	}

	get isEmpty(): boolean {
		return this.#entries.length === 0;
	}

	/** Ends the requests that the world shows met. */
	settleBy(observed: ObservedState): void {
		this.#end(
			(entry) => isWishMet(entry, observed),
			({ resolve }) => resolve(),
		);
	}

	/** Ends all requests as met. @returns true when there were intents among them */
	settleAll(): boolean {
		const hadIntents = this.intents.length > 0;
		this.#end(
			() => true,
			({ resolve }) => resolve(),
		);
		return hadIntents;
	}

	rejectAll(err: Error): void {
		this.#end(
			() => true,
			({ reject }) => reject(err),
		);
	}

	#end(isOver: (entry: Entry) => boolean, tell: (entry: Entry) => void): void {
		const over = this.#entries.filter(isOver);
		this.#entries = this.#entries.filter((entry) => !over.includes(entry));
		over.forEach(tell);
	}
}

/** True when the two cannot both be had: about the same service or container, or one of them is a purge. */
function contradicts(one: readonly Intent[], other: readonly Intent[]): boolean {
	return one.some((a) => other.some((b) => isContrary(a, b)));
}

function isContrary(a: Intent, b: Intent): boolean {
	if (a.kind === 'purge' || b.kind === 'purge') return true;
	if (a.kind === 'replace' && b.kind === 'replace') {
		return a.containerIds.some((id) => b.containerIds.includes(id));
	}
	if (a.kind === 'replace' || b.kind === 'replace') return false;
	return a.serviceName === b.serviceName;
}

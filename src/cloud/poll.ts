import type { Clock } from '../kit/clock.ts';
import { digestOf } from '../kit/digest.ts';
import { hasCode, messageOf, SupervisorError } from '../kit/errors.ts';
import type { Job } from '../kit/job.ts';
import type { Logger } from '../kit/logger.ts';
import type { Random } from '../kit/random.ts';
import { createWaker } from '../kit/waker.ts';
import { rejectionMessages } from '../report/system-messages.ts';
import { ClockTrouble } from './clock-trouble.ts';
import { DeviceUnknownError, fetchTarget } from './fetch-target.ts';
import type { HttpClient } from './http.ts';
import { readCloudAccess, type CloudAccessDeps } from './identity.ts';
import { KeyCheck, type KeyState } from './key-check.ts';
import { pauseAfterFailureMs, pauseAfterSuccessMs } from './poll-schedule.ts';

export interface TriggerOptions {
	/** Delete update locks that users hold. */
	readonly force: boolean;
	/** Begin anew with what is under way. */
	readonly cancel: boolean;
}

export interface ReceivedTarget extends TriggerOptions {
	/** The object under the device's uuid, not yet decoded. */
	readonly document: unknown;
	readonly etag: string | undefined;
}

export interface PollerDeps extends CloudAccessDeps {
	readonly http: HttpClient;
	/** Resolves when the device may speak to the cloud; see Provisioner. */
	readonly provisioned: (signal: AbortSignal) => Promise<void>;
	/** ETag of the cloud's target as it is stored; undefined when the stored target is not the cloud's. */
	readonly storedEtag: () => Promise<string | undefined>;
	/** The target is stored with its ETag and in force afterwards. @throws {SupervisorError} TARGET_INVALID */
	readonly onTarget: (received: ReceivedTarget) => Promise<void>;
	/** A poll that was asked for found nothing new: what is in force shall be looked at again. */
	readonly onUnchanged: (options: TriggerOptions) => void;
	/** Tells people something: a system message. */
	readonly announce: (message: string) => void;
	/** Makes sure that the cloud takes the device's key, as far as that is in its power; see Provisioner. */
	readonly recheckKey: (signal: AbortSignal) => Promise<boolean>;
	readonly pollIntervalMs: () => number;
	/** False: the first poll comes one interval after the start. */
	readonly instantUpdates: () => boolean;
	readonly clock: Clock;
	readonly random: Pick<Random, 'fraction'>;
	readonly log: Logger;
}

/** How the polls go; for health checks and status pages. */
export interface PollStatus {
	/** Monotonic milliseconds of the last scheduled poll that succeeded; at first, of the start. */
	readonly lastSuccessMs: number;
	/** Failures in a row. */
	readonly failures: number;
	/** Why the last poll failed, or its document was refused. */
	readonly lastError: string | undefined;
	/** The cloud has deleted or frozen this device. */
	readonly isDeviceUnknown: boolean;
	/** The cloud takes no key that this device has. */
	readonly isKeyRefused: boolean;
}

/** Asks the cloud for the target state, by schedule and when told to; one request at a time. */
export interface Poller extends Job {
	/** Polls soon; calls within one second are met by one request. Options last until a poll succeeds. */
	trigger(options: TriggerOptions): void;
	status(): PollStatus;
}

export function createPoller(deps: PollerDeps): Poller {
	return new CloudPoller(deps);
}

/** Shortest time between two requests that were asked for, in milliseconds. */
const spacingMs = 1000;

const fine = { failures: 0, lastError: undefined, isDeviceUnknown: false, isKeyRefused: false };

class CloudPoller implements Poller {
	readonly name = 'target state poller';
	readonly #deps: PollerDeps;
	readonly #waker: ReturnType<typeof createWaker>;
	readonly #keyCheck: KeyCheck;
	readonly #clockTrouble: ClockTrouble;
	#wanted: TriggerOptions | undefined;
	#isUrgent = false;
	#dueAtMs = 0;
	/** Before it, the cloud does not want to be asked. */
	#closedUntilMs = 0;
	#lastFetchMs = -Infinity;
	#rejectedDigest: string | undefined;
	#status: PollStatus;

	constructor(deps: PollerDeps) {
		this.#deps = { ...deps, log: deps.log.child({ component: 'poller' }) };
		this.#waker = createWaker(deps.clock);
		const lastSuccessMs = deps.clock.monotonicMs();
		this.#keyCheck = new KeyCheck(this.#deps);
		this.#clockTrouble = new ClockTrouble(deps.clock);
		this.#status = { ...fine, lastSuccessMs };
	}

	trigger({ force, cancel }: TriggerOptions): void {
		this.#want({ force, cancel });
		this.#isUrgent = true;
		this.#waker.wake();
	}

	status(): PollStatus {
		return this.#status;
	}

	async run(signal: AbortSignal): Promise<void> {
		const { provisioned, instantUpdates, clock } = this.#deps;
		try {
			await provisioned(signal);
			this.#dueAtMs = clock.monotonicMs() + (instantUpdates() ? 0 : this.#intervalMs());
			for (;;) {
				if (this.#clockTrouble.isOver()) this.#dueAtMs = clock.monotonicMs();
				const waitMs = this.#nextAtMs() - clock.monotonicMs();
				if (waitMs > 0) await this.#waker.wait(this.#clockTrouble.pieceOf(waitMs), signal);
				else await this.#poll(signal);
			}
		} catch (err) {
			if (!signal.aborted) throw err;
		}
	}

	#nextAtMs(): number {
		if (!this.#isUrgent) return this.#dueAtMs;
		return Math.max(this.#lastFetchMs + spacingMs, this.#closedUntilMs);
	}

	#intervalMs(): number {
		const { pollIntervalMs, random } = this.#deps;
		return pauseAfterSuccessMs(pollIntervalMs(), random.fraction());
	}

	#want({ force, cancel }: TriggerOptions): void {
		const { force: hasForce = false, cancel: hasCancel = false } = this.#wanted ?? {};
		this.#wanted = { force: force || hasForce, cancel: cancel || hasCancel };
	}

	/** One request and what follows from it; rejects only when the signal fires. */
	async #poll(signal: AbortSignal): Promise<void> {
		const nowMs = this.#deps.clock.monotonicMs();
		const isScheduled = nowMs >= this.#dueAtMs;
		const wanted = this.#wanted;
		this.#wanted = undefined;
		this.#isUrgent = false;
		this.#lastFetchMs = nowMs;
		try {
			const problem = await this.#fetch(wanted, signal);
			this.#succeed(isScheduled, problem);
		} catch (err) {
			signal.throwIfAborted();
			if (wanted !== undefined) this.#want(wanted);
			const isRefused = hasCode(err, 'CLOUD_UNAUTHORIZED');
			const key = isRefused ? await this.#keyCheck.afterRefusal(signal) : 'unknown';
			this.#fail(err, key);
			if (key === 'good') this.#isUrgent = true;
		}
	}

	/** @returns why the document was refused; undefined when all is well */
	async #fetch(
		wanted: TriggerOptions | undefined,
		signal: AbortSignal,
	): Promise<string | undefined> {
		const { http, storedEtag, onTarget, onUnchanged, log } = this.#deps;
		const access = await readCloudAccess(this.#deps);
		const fetched = await fetchTarget({ http, access, etag: await storedEtag(), signal });
		if (fetched.kind === 'unchanged') {
			if (wanted !== undefined) onUnchanged(wanted);
			return undefined;
		}
		const { document, etag } = fetched;
		try {
			if (document === undefined) throw noEntry();
			await onTarget({ document, etag, ...(wanted ?? { force: false, cancel: false }) });
		} catch (err) {
			if (!hasCode(err, 'TARGET_INVALID')) throw err;
			this.#reject(err, digestOf(document ?? null));
			return err.message;
		}
		log.info({ etag }, 'target state received');
		this.#rejectedDigest = undefined;
		return undefined;
	}

	/** The same document is told about once, however often it comes. */
	#reject(err: SupervisorError, digest: string): void {
		if (digest === this.#rejectedDigest) return;
		this.#rejectedDigest = digest;
		this.#deps.log.warn({ err }, 'target state refused, the old one stays');
		for (const message of rejectionMessages([err.message])) this.#deps.announce(message);
	}

	#succeed(isScheduled: boolean, problem: string | undefined): void {
		const { clock, log } = this.#deps;
		const { failures, lastSuccessMs } = this.#status;
		const nowMs = clock.monotonicMs();
		this.#clockTrouble.note(undefined);
		if (failures > 0) log.info({ failures }, 'cloud answers again');
		// The document that came may have made the interval shorter.
		const latestMs = nowMs + pauseAfterSuccessMs(this.#deps.pollIntervalMs(), 1);
		this.#dueAtMs =
			isScheduled || failures > 0 ? nowMs + this.#intervalMs() : Math.min(this.#dueAtMs, latestMs);
		this.#status = {
			...fine,
			lastSuccessMs: isScheduled ? nowMs : lastSuccessMs,
			lastError: problem,
		};
	}

	#fail(err: unknown, key: KeyState): void {
		const { clock, random, pollIntervalMs, log } = this.#deps;
		const { failures, lastSuccessMs } = this.#status;
		const retryAfterMs = err instanceof SupervisorError ? err.retryAfterMs : undefined;
		const retryInMs = pauseAfterFailureMs({
			failures,
			intervalMs: pollIntervalMs(),
			fraction: random.fraction(),
			retryAfterMs,
		});
		const nowMs = clock.monotonicMs();
		this.#clockTrouble.note(err);
		this.#dueAtMs = nowMs + retryInMs;
		this.#closedUntilMs = nowMs + (retryAfterMs ?? 0);
		this.#status = {
			lastSuccessMs,
			failures: failures + 1,
			lastError: messageOf(err),
			isDeviceUnknown: err instanceof DeviceUnknownError,
			isKeyRefused: key === 'refused',
		};
		log.warn({ err, retryInMs: Math.round(retryInMs) }, 'target state not fetched, will retry');
	}
}

function noEntry(): SupervisorError {
	return new SupervisorError('The target state has no entry for this device', {
		code: 'TARGET_INVALID',
		retry: 'never',
	});
}

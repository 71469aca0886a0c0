import { TypedError } from 'typed-error';
import { errorCodes, type ErrorCode } from './error-codes.ts';

/** What trying again can do: nothing, succeed later, or succeed once a lock is released. */
export type RetryClass = 'never' | 'backoff' | 'when-unlocked';

export interface SupervisorErrorOptions {
	/** Stable name of the failure. */
	code: ErrorCode;
	/** Default `backoff` for failures of the world, see each thrower. */
	retry?: RetryClass;
	cause?: unknown;
	/** Pause the other side asked for (Retry-After), in milliseconds. */
	retryAfterMs?: number;
}

/** Base of every failure the supervisor throws on purpose. Switch on `code`, never on `name`. */
export class SupervisorError extends TypedError {
	readonly code: ErrorCode;
	readonly retry: RetryClass;
	readonly retryAfterMs: number | undefined;

	constructor(
		message: string,
		{ code, retry = 'backoff', cause, retryAfterMs }: SupervisorErrorOptions,
	) {
		super(message);
		this.code = code;
		this.retry = retry;
		this.retryAfterMs = retryAfterMs;
		this.cause = cause; // typed-error drops it
	}

	/** HTTP status of the local API for this failure. */
	get status(): number {
		return errorCodes[this.code].status;
	}
}

/** A lock that a user holds. */
export interface HeldLock {
	/** Where it is on the host. */
	readonly path: string;
	readonly appId: number;
	readonly serviceName: string;
	/** User id of its owner. */
	readonly ownerUid: number;
	/** Wall time at which it was made, in milliseconds since 1970. */
	readonly since: number;
}

/** An update lock of a service stands in the way. */
export class UpdatesLockedError extends SupervisorError {
	/** The lock, where it is one that a user holds. */
	readonly lock: HeldLock | undefined;

	constructor(message: string, { cause, lock }: { cause?: unknown; lock?: HeldLock } = {}) {
		super(message, { code: 'UPDATES_LOCKED', retry: 'when-unlocked', cause });
		this.lock = lock;
	}
}

/** The text of anything that was thrown; `Unknown error` when it has none. */
export function messageOf(err: unknown): string {
	if (err instanceof Error) return err.message === '' ? 'Unknown error' : err.message;
	return typeof err === 'string' && err !== '' ? err : 'Unknown error';
}

/** What was thrown, as an Error: of anything else its text. */
export function toError(thrown: unknown): Error {
	return thrown instanceof Error ? thrown : new Error(messageOf(thrown));
}

/** True when the failure is one of ours with this code. */
export function hasCode(err: unknown, code: ErrorCode): err is SupervisorError {
	return err instanceof SupervisorError && err.code === code;
}

/** The reason an aborted signal carries, as an Error. */
export function abortReason(signal: AbortSignal): Error {
	const reason: unknown = signal.reason;
	return reason instanceof Error ? reason : new Error('aborted');
}

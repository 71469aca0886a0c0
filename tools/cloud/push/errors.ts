import { TypedError } from 'typed-error';

export type PushErrorCode =
	| 'NO_COMPOSE_FILE'
	| 'COMPOSE_FILE_INVALID'
	| 'NO_ENGINE'
	| 'BUILD_FAILED'
	| 'PULL_FAILED'
	| 'PUSH_FAILED';

/** A folder could not become a release; the message is for the developer. */
export class PushError extends TypedError {
	readonly code: PushErrorCode;

	constructor(code: PushErrorCode, message: string, { cause }: { cause?: unknown } = {}) {
		super(message);
		this.code = code;
		this.cause = cause; // typed-error drops it
	}
}

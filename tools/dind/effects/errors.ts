import { TypedError } from 'typed-error';

/**
 * A failure that the person at the keyboard can do something about.
 * It is printed as `what` and `todo`, without a stack trace; anything else that is thrown is a defect.
 */
export class ToolError extends TypedError {
	/** What to do now, as a sentence; undefined where `what` says it all. */
	readonly todo: string | undefined;
	/** Exit code of the program: 1 for failures, 2 for wrong usage. */
	readonly exitCode: 1 | 2;

	constructor(what: string, { todo, cause, exitCode = 1 }: ToolErrorDetails = {}) {
		super(what);
		this.todo = todo;
		this.exitCode = exitCode;
		this.cause = cause; // typed-error drops it
	}
}

export interface ToolErrorDetails {
	readonly todo?: string;
	readonly cause?: unknown;
	readonly exitCode?: 1 | 2;
}

/** The text of anything that was thrown, one line where possible. */
export function toMessage(thrown: unknown): string {
	return thrown instanceof Error ? thrown.message : String(thrown);
}

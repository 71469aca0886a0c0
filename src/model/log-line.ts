/** One line for the log sinks. */
export interface LogLine {
	readonly message: string;
	/** Milliseconds since 1970. */
	readonly timestampMs: number;
	readonly isSystem: boolean;
	readonly isStdErr: boolean;
	/** The cloud's number of the service; absent for system lines. */
	readonly serviceId?: number | undefined;
	readonly serviceName?: string | undefined;
}

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
	/** Uuid of the service's app; absent for system lines. */
	readonly appUuid?: string | undefined;
}

/** A line as readers of the local API get it (contract 1.6 h). */
export interface LocalLogLine {
	readonly message: string;
	/** Milliseconds since 1970; absent in the greeting. */
	readonly timestamp?: number;
	readonly isSystem?: true;
	readonly isStdErr?: boolean;
	readonly serviceName?: string;
	readonly serviceId?: number;
}

/**
 * Tells a reader that lines are missing (contract 2.4). It is the system's, and names the service whose lines they were.
 * @param last - the last of the lines that are missing
 */
export function suppressedLine(count: number, last: LogLine): LogLine {
	const { timestampMs, serviceId, serviceName, appUuid } = last;
	const message = `Warning: Suppressed ${count} message(s) due to high load`;
	return {
		...{ message, timestampMs, isSystem: true, isStdErr: true },
		...(last.isSystem ? {} : { serviceId, serviceName, appUuid }),
	};
}

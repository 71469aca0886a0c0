import type { LogLine } from '../log-line.ts';

/** A line that a service printed at the beginning of 2026. */
export const lineOf = (message: string, more: Partial<LogLine> = {}): LogLine => ({
	message,
	timestampMs: 1_767_225_600_000,
	isSystem: false,
	isStdErr: false,
	serviceId: 1,
	...more,
});

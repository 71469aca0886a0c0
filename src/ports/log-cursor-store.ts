/**
 * Keeps how far logs were read. What was saved last is there after a sudden end of the process; after a power cut it may be
 * what was saved half a minute before.
 */
export interface LogCursorStore {
	/** @returns what was saved last; undefined when there is nothing, or nothing that can be read */
	load(): Promise<unknown>;
	/** @param value - JSON. @throws {SupervisorError} STORE_FAILED */
	save(value: unknown): Promise<void>;
}

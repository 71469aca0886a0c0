import type { HistoryEntry, NewHistoryEntry } from '../model/history.ts';

export interface HistoryQuery {
	/** Only changes with a lower number; default: from the newest on. */
	readonly before?: number | undefined;
	/** Only changes of this app. */
	readonly app?: { readonly uuid: string } | { readonly id: number } | undefined;
	readonly limit: number;
}

/** Remembers finished changes, newest first. Failures are SupervisorErrors with STORE_FAILED. */
export interface HistoryStore {
	/** The entry is on the disk; entries beyond the limits of number and age are forgotten. */
	addHistory(entry: NewHistoryEntry): Promise<void>;
	readHistory(query: HistoryQuery): Promise<readonly HistoryEntry[]>;
}

/** An event as it is kept: its JSON, and what readers select by. */
export interface StoredEvent {
	readonly id: number;
	readonly type: string;
	readonly appUuid?: string | undefined;
	readonly appId?: number | undefined;
	/** The whole event as JSON. */
	readonly json: string;
}

/** What a process needs to number events on. */
export interface EventNumbers {
	/** Numbers below it may have been given out. */
	readonly reserved: number;
	/** The last process saved all it published. */
	readonly isComplete: boolean;
}

/** Remembers the last events over restarts. Failures are SupervisorErrors with STORE_FAILED. */
export interface EventStore {
	/** Events in order; numbers are undefined in a new store. */
	loadEvents(): Promise<{
		readonly events: readonly StoredEvent[];
		readonly numbers: EventNumbers | undefined;
	}>;
	/** Adds these, forgets those below `keepFrom`, and notes the numbers: all of it or nothing. */
	saveEvents(
		events: readonly StoredEvent[],
		options: { readonly keepFrom: number; readonly numbers: EventNumbers },
	): Promise<void>;
}

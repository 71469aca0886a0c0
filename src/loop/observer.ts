import type { ObservedState } from '../model/observed.ts';

/** The world as the loop looks at it. */
export interface Observer {
	/** The world as it is now; cheap while nothing changed. @throws {SupervisorError} ENGINE_UNAVAILABLE */
	current(signal: AbortSignal): Promise<ObservedState>;
	/** @param listener - called when the world may have changed @returns a function that ends the subscription */
	onChange(listener: () => void): () => void;
}

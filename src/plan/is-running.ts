import type { ObservedContainer } from '../model/observed.ts';

/** True for states in which the container's process lives, or will live again without us. */
export function isRunning({ state }: Pick<ObservedContainer, 'state'>): boolean {
	return state === 'running' || state === 'paused' || state === 'restarting';
}

import type { Basis } from './basis.ts';

/** Puts a preloaded app in force where there is one. */
export async function preload(_basis: Basis): Promise<void> {
	await Promise.resolve();
}

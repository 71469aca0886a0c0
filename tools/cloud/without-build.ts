import type { Composition } from './store/rows.ts';

/** Compositions keep what the developer wrote but how to build it. */
export const withoutBuild = (composition: Composition): Composition => ({
	...composition,
	services: Object.fromEntries(
		Object.entries(composition.services).map(([name, { build: _build, ...rest }]) => [name, rest]),
	),
});

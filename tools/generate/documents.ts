import { makeCompose } from './compose.ts';
import { makeConfiguration } from './configuration.ts';
import type { GeneratedDocument } from './document.ts';
import { makeErrors } from './errors.ts';

/** Every document that is made from the code. */
export const documents: readonly GeneratedDocument[] = [
	{ path: 'docs/compose.md', make: makeCompose },
	{ path: 'docs/configuration.md', make: makeConfiguration },
	{ path: 'docs/errors.md', make: makeErrors },
];

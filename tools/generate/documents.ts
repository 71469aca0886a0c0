import { makeOutagePicture } from '../../bench/simulation/outage-picture.ts';
import { makeTerminalPicture } from '../pictures/terminal-picture.ts';
import { makeClientSchema } from './client.ts';
import { makeCompose } from './compose.ts';
import { makeConfiguration } from './configuration.ts';
import type { GeneratedDocument } from './document.ts';
import { makeErrors } from './errors.ts';
import { makeEvents } from './events.ts';
import { makeMetrics } from './metrics.ts';
import { makeOpenApi } from './openapi.ts';

/** Every document that is made from the code. */
export const documents: readonly GeneratedDocument[] = [
	{ path: 'docs/api/openapi.json', make: makeOpenApi },
	{ path: 'docs/compose.md', make: makeCompose },
	{ path: 'docs/configuration.md', make: makeConfiguration },
	{ path: 'docs/errors.md', make: makeErrors },
	{ path: 'docs/events.md', make: makeEvents },
	{ path: 'docs/metrics.md', make: makeMetrics },
	{ path: 'docs/outage.svg', make: makeOutagePicture },
	{ path: 'docs/terminal.svg', make: makeTerminalPicture },
	{ path: 'tools/client/schema.ts', make: makeClientSchema },
];

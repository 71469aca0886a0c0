import type { z } from 'zod';
import { HeldLock, Problem } from './problem.ts';

/** Every schema that has a name in the OpenAPI document; the others are written where they are used. */
export const components: Readonly<Record<string, z.ZodType>> = {
	HeldLock,
	Problem,
};

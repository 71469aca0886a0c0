import { z } from 'zod';
import { isRecord } from '../kit/digest.ts';
import { isTruthy } from '../model/labels.ts';

/** Inputs as lenient as existing clients need them (contract 1.1): what does not fit is absent, not an error. */

/** Optional minus, digits, and nothing but zeros behind a point. */
export const looseInteger = z
	.unknown()
	.optional()
	.transform((value) =>
		/^-?\d+(\.0*)?$/.test(String(value)) && typeof value !== 'object' ? Number(value) : undefined,
	);

/** `1`, `true` and `on` in any case are true, all else is false. */
export const looseFlag = z
	.unknown()
	.optional()
	.transform((value) => (typeof value === 'object' ? false : isTruthy(value)));

/** Any text but the empty one, `null` and `undefined`. */
export const looseText = z
	.unknown()
	.optional()
	.transform((value) =>
		typeof value === 'string' && !['', 'null', 'undefined'].includes(value) ? value : undefined,
	);

/** The members of a body; a list has none: some languages write no members at all as `[]`. */
export const looseBody = <S extends z.ZodRawShape>(shape: S) =>
	z.preprocess((body) => (isRecord(body) ? body : {}), z.object(shape));

import { z } from 'zod';
import { isRecord } from '../kit/digest.ts';
import type { ServiceComposition } from './composition.ts';
import { ignoredFields } from './composition/ignored-fields.ts';
import { snakeKeys } from './composition/keys.ts';
import { limitFields, toLimits } from './composition/limits.ts';
import { networkingFields, toNetworking } from './composition/networking.ts';
import { parseWith, type Parsed } from './composition/parsed.ts';
import { processFields, toProcess } from './composition/process.ts';
import { securityFields, toSecurity } from './composition/security.ts';
import { droppedMounts, storageFields, toStorage } from './composition/storage.ts';

const fields = {
	...processFields,
	...networkingFields,
	...securityFields,
	...storageFields,
	...limitFields,
};

const knownFields: ReadonlySet<string> = new Set(Object.keys(fields));

const compositionSchema = z.preprocess(
	(value) => snakeKeys(value ?? {}),
	z.object(fields, { error: 'must be a map' }),
);

/**
 * Reads one service of a composition (contract 4.2): short and long forms, snake_case and camelCase. Its image,
 * environment and labels are not part of it.
 * @param composition - unknown JSON; absent or null is an empty composition
 * @param at - path of the service in the document, for the reasons: `services.web`
 */
export function parseServiceComposition(
	composition: unknown,
	at: string,
): Parsed<ServiceComposition> {
	const parsed = parseWith(compositionSchema, composition, at);
	if (!parsed.ok) return parsed;
	const given = snakeKeys(composition ?? {});
	const ignored = isRecord(given) ? ignoredFields(given, knownFields) : [];
	return {
		ok: true,
		value: {
			...toProcess(parsed.value),
			...toNetworking(parsed.value),
			...toSecurity(parsed.value),
			...toStorage(parsed.value),
			...toLimits(parsed.value),
			ignored: [...ignored, ...droppedMounts(parsed.value)],
		},
	};
}

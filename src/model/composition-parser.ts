import type { z } from 'zod';
import type { ServiceComposition } from './composition.ts';
import { withConcessions } from './composition/concessions.ts';
import { conflictsOf } from './composition/conflicts.ts';
import { fields } from './composition/fields.ts';
import { ignoredMembers } from './composition/ignored-members.ts';
import { toLimits } from './composition/limits.ts';
import { toNetworking } from './composition/networking.ts';
import { parseWith, type Parsed } from './composition/parsed.ts';
import { ignoredParts } from './composition/partly.ts';
import { toProcess } from './composition/process.ts';
import { toSecurity } from './composition/security.ts';
import { toStorage } from './composition/storage.ts';
import { membersOrNull } from './composition/values.ts';

/** An empty command or entrypoint clears that of the image. */
const compositionSchema = membersOrNull(fields, ['command', 'entrypoint']);

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
	const { service, told } = withConcessions(toService(parsed.value));
	const conflicts = conflictsOf(service).map((conflict) => `${at}.${conflict}`);
	if (conflicts.length > 0) return { ok: false, reasons: conflicts };
	const ignored = [
		...ignoredMembers(compositionSchema, composition, ''),
		...ignoredParts(parsed.value),
		...told,
	];
	return { ok: true, value: { ...service, ignored } };
}

function toService(value: z.infer<typeof compositionSchema>): Omit<ServiceComposition, 'ignored'> {
	return {
		...toProcess(value),
		...toNetworking(value),
		...toSecurity(value),
		...toStorage(value),
		...toLimits(value),
		platform: value.platform,
	};
}

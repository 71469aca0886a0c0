import { z } from 'zod';
import { isRecord } from '../../kit/digest.ts';
import { parseServiceComposition } from '../composition-parser.ts';
import { normaliseLabels } from '../composition/labels.ts';
import { parseWith, type Parsed } from '../composition/parsed.ts';
import { snakeKeys } from '../composition/keys.ts';
import { textMap } from '../composition/values.ts';
import type { ServiceName } from '../ids.ts';
import type { TargetService } from '../target.ts';
import type { ServiceDocument } from './app-document.ts';

const composedMaps = z.object({
	environment: textMap
		.refine((variables) => !Object.hasOwn(variables, ''), 'must not have an empty name')
		.default({}),
	labels: textMap.default({}).transform(normaliseLabels),
});

/** Reads a service: what the cloud sets beside the composition wins over what the composition says. */
export function decodeService(
	serviceName: ServiceName,
	document: ServiceDocument,
): Parsed<TargetService> {
	const at = `services.${serviceName}`;
	const composition = parseServiceComposition(document.composition, at);
	const maps = parseWith(composedMaps, snakeKeys(document.composition ?? {}), at);
	if (!composition.ok || !maps.ok) {
		const faults = [composition, maps].flatMap((part) => (part.ok ? [] : part.reasons));
		return { ok: false, reasons: faults };
	}
	return {
		ok: true,
		value: {
			serviceName,
			serviceId: document.id,
			imageId: document.image_id,
			image: document.image,
			running: document.running,
			environment: { ...maps.value.environment, ...document.environment },
			labels: { ...maps.value.labels, ...normaliseLabels(document.labels) },
			composition: composition.value,
			contract: document.contract,
		},
	};
}

/** Labels of a service before its composition is known to be good. */
export function roughLabels(document: ServiceDocument): Record<string, string> {
	const composed: unknown = document.composition?.labels;
	const labels = isRecord(composed) ? textMap.safeParse(composed).data : undefined;
	return { ...normaliseLabels(labels ?? {}), ...normaliseLabels(document.labels) };
}

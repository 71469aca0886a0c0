import { parseWith, type Parsed } from '../composition/parsed.ts';
import { ServiceName, type Commit } from '../ids.ts';
import {
	parseNetworkDefinition,
	parseVolumeDefinition,
	type ReadResource,
} from '../resources-parser.ts';
import type { TargetRelease } from '../target.ts';
import { ReleaseDocument, type ServiceDocument } from './app-document.ts';
import { isOrdinaryService } from './excluded.ts';
import { referenceFaults, referenceNotices } from './references.ts';
import { decodeService, roughLabels } from './service-decoder.ts';

export interface ReleaseInput {
	readonly commit: Commit;
	readonly document: unknown;
	readonly isHost: boolean;
}

/** Reads a release; paths in the reasons begin inside it: `services.web.ports[0]`. */
export function decodeRelease({ commit, document, isHost }: ReleaseInput): Parsed<TargetRelease> {
	const parsed = parseWith(ReleaseDocument, document, '');
	if (!parsed.ok) return parsed;
	const { id: releaseId, services: documents, ...bodies } = parsed.value;
	const services = decodeAll(servicesOf(documents, isHost), decodeService);
	const volumes = decodeAll(Object.entries(bodies.volumes), (name, body) =>
		parseVolumeDefinition(body, `volumes.${name}`),
	);
	const networks = decodeAll(Object.entries(bodies.networks), (name, body) =>
		parseNetworkDefinition(body, `networks.${name}`),
	);
	const resources = [...volumes.values, ...networks.values];
	const read = {
		releaseId,
		commit,
		services: services.values.map(([, service]) => service),
		volumes: definitionsOf(volumes.values),
		networks: definitionsOf(networks.values),
		ignored: resources.flatMap(([, { ignored }]) => ignored),
	} satisfies TargetRelease;
	const release = { ...read, ignored: [...read.ignored, ...referenceNotices(read)] };
	const faults = [...services.reasons, ...volumes.reasons, ...networks.reasons];
	const reasons = faults.length > 0 ? faults : referenceFaults(release);
	return reasons.length > 0 ? { ok: false, reasons } : { ok: true, value: release };
}

function definitionsOf<T>(
	resources: readonly (readonly [string, ReadResource<T>])[],
): Record<string, T> {
	return Object.fromEntries(resources.map(([name, { definition }]) => [name, definition]));
}

function servicesOf(documents: ReleaseDocument['services'], isHost: boolean) {
	const all = entriesOf(documents);
	return isHost ? all.filter(([, service]) => isOrdinaryService(roughLabels(service))) : all;
}

/** Object.entries forgets that the keys are branded. */
function entriesOf(
	documents: ReleaseDocument['services'],
): readonly (readonly [ServiceName, ServiceDocument])[] {
	return Object.entries(documents).map(([name, document]) => [ServiceName.parse(name), document]);
}

interface Decoded<K, V> {
	readonly values: readonly (readonly [K, V])[];
	readonly reasons: readonly string[];
}

function decodeAll<K extends string, D, V>(
	entries: readonly (readonly [K, D])[],
	decode: (key: K, document: D) => Parsed<V>,
): Decoded<K, V> {
	const results = entries.map(([key, document]) => [key, decode(key, document)] as const);
	return {
		values: results.flatMap(([key, result]) => (result.ok ? [[key, result.value] as const] : [])),
		reasons: results.flatMap(([, result]) => (result.ok ? [] : result.reasons)),
	};
}

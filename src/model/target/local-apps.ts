import { isRecord } from '../../kit/digest.ts';
import { textMap } from '../composition/values.ts';

/**
 * Apps of a v3 target document in the v2 form that command-line clients know: by id, services by their ids with the
 * fields of the composition beside. What was posted in that form comes out as it went in, but for defaults.
 */
export function toV2Apps(apps: unknown): Record<string, unknown> {
	const entries = Object.values(record(apps)).map((app): [string, unknown] => {
		const { id, name, releases } = record(app);
		const [release] = Object.entries(record(releases));
		return [String(id), release === undefined ? { name } : { name, ...toV2Release(...release) }];
	});
	return Object.fromEntries(entries);
}

function toV2Release(commit: string, release: unknown) {
	const { id: releaseId, services, volumes, networks } = record(release);
	const entries = Object.entries(record(services)).map(([serviceName, service]) =>
		toV2Service(serviceName, record(service)),
	);
	return {
		commit,
		releaseId,
		services: Object.fromEntries(entries),
		volumes: record(volumes),
		networks: record(networks),
	};
}

/** What stands beside the composition wins over what the composition says. */
function toV2Service(
	serviceName: string,
	{ id, image_id: imageId, ...service }: Readonly<Record<string, unknown>>,
): [string, unknown] {
	const { composition, ...rest } = service;
	const composed = record(composition);
	const both = (name: 'environment' | 'labels'): object => ({
		...textMap.safeParse(composed[name] ?? {}).data,
		...record(rest[name]),
	});
	const maps = { environment: both('environment'), labels: both('labels') };
	return [String(id), { ...composed, serviceName, serviceId: id, imageId, ...rest, ...maps }];
}

function record(value: unknown): Readonly<Record<string, unknown>> {
	return isRecord(value) ? value : {};
}

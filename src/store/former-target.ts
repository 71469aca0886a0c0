import { z } from 'zod';
import { json } from './rows.ts';

/** Fields of a service that say again what its app and its release say. */
const repeated = ['appId', 'appUuid', 'releaseId', 'commit'];

const FormerService = z
	.looseObject({ serviceName: z.string(), serviceId: z.unknown(), imageId: z.unknown() })
	.transform(({ serviceName, serviceId, imageId, ...rest }): [string, object] => {
		const kept = Object.entries(rest).filter(([name]) => !repeated.includes(name));
		return [serviceName, { id: serviceId, image_id: imageId, ...Object.fromEntries(kept) }];
	});

const bodies = json(z.record(z.string(), z.unknown()).nullable());

/** A row of table `app` (contract 4.12), as an entry of `apps` of a v3 target document. */
export const FormerAppRow = z
	.object({
		uuid: z.string().min(1),
		appId: z.number().int(),
		name: z.string().min(1),
		class: z.string().nullish(),
		isHost: z.unknown(),
		releaseId: z.number().int().nullable(),
		commit: z.string().nullable(),
		services: json(z.array(FormerService)),
		networks: bodies,
		volumes: bodies,
		source: z.string(),
	})
	.transform(({ uuid, source, ...app }) => ({ uuid, source, app: toApp(app) }));
export type FormerAppRow = z.infer<typeof FormerAppRow>;

interface AppColumns {
	readonly appId: number;
	readonly name: string;
	readonly class?: string | null | undefined;
	readonly isHost?: unknown;
	readonly releaseId: number | null;
	readonly commit: string | null;
	readonly services: readonly [string, object][];
	readonly networks: Readonly<Record<string, unknown>> | null;
	readonly volumes: Readonly<Record<string, unknown>> | null;
}

function toApp({ appId, name, commit, releaseId, ...rest }: AppColumns): object {
	const release = {
		id: releaseId,
		services: Object.fromEntries(rest.services),
		networks: rest.networks ?? {},
		volumes: rest.volumes ?? {},
	};
	return {
		id: appId,
		name,
		class: rest.class ?? 'fleet',
		is_host: rest.isHost === 1 || rest.isHost === true,
		releases: commit === null || commit === '' ? {} : { [commit]: release },
	};
}

const variableName = /^[A-Za-z_][A-Za-z0-9_:]*$/;

/** The one row of table `deviceConfig`: device configuration variables, without prefixes. */
export const FormerVariablesRow = z
	.object({ targetValues: json(z.record(z.string(), z.unknown()).nullable()) })
	.transform(({ targetValues }) =>
		Object.fromEntries(
			Object.entries(targetValues ?? {}).flatMap(([name, value]): [string, string][] => {
				const isPlain = ['string', 'number', 'boolean'].includes(typeof value);
				return isPlain && variableName.test(name) ? [[name, String(value)]] : [];
			}),
		),
	);

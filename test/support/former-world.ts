import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import knex from 'knex';
import { z } from 'zod';
import type { FormerApp, FormerImage } from '../../src/store/testing/former-file.ts';
import type { Stage } from './stage.ts';

/** The keys that the former supervisor gave away. */
export interface FormerKeys {
	readonly global: string;
	/** By service. */
	readonly services: Readonly<Record<string, string>>;
}

interface RawContainer {
	readonly Id: string;
	readonly Name: string;
	readonly Config: { Env: string[]; Labels: Record<string, string> };
	readonly HostConfig: object;
	readonly NetworkSettings: { readonly Networks: Record<string, { Aliases: string[] | null }> };
}

const ownLabels = /^io\.holdfast\./;

/**
 * Makes every container and network anew as the former supervisor has them (contract 4.3 to 4.5): the same, but with no
 * label that it does not know, and with the keys it gave away.
 */
export async function remakeAsFormer(stage: Stage, keys: FormerKeys): Promise<void> {
	const { host, port } = stage.device.address;
	const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
		const response = await fetch(`http://${host}:${port}${path}`, {
			method,
			...(body && {
				body: JSON.stringify(body),
				headers: { 'content-type': 'application/json' },
			}),
		});
		const text = await response.text();
		if (!response.ok) throw new Error(`${method} ${path}: ${text}`);
		return (text === '' ? undefined : JSON.parse(text)) as T;
	};
	const containers = await Promise.all(
		(await stage.engine.containers()).map(({ id }) =>
			call<RawContainer>('GET', `/containers/${id}/json`),
		),
	);
	for (const { Id } of containers) await call('DELETE', `/containers/${Id}?force=1`);
	for (const name of await stage.engine.networks()) {
		const { Labels, ...network } = await call<NetworkBody>('GET', `/networks/${name}`);
		await call('DELETE', `/networks/${name}`);
		const { Driver, EnableIPv6, IPAM, Internal, Options } = network;
		const labels = withoutOwn(Labels);
		delete labels['io.balena.app-uuid'];
		await call('POST', '/networks/create', {
			...{ Name: name, Driver, EnableIPv6, IPAM, Internal, Options, Labels: labels },
		});
	}
	for (const { Name, Config, HostConfig, NetworkSettings } of containers) {
		const [first, ...others] = Object.entries(NetworkSettings.Networks);
		const service = Config.Labels['io.balena.service-name'] ?? '';
		const created = await call<{ Id: string }>('POST', `/containers/create?name=${Name.slice(1)}`, {
			...Config,
			Labels: withoutOwn(Config.Labels),
			Env: Config.Env.map((line) => withKey(line, keys.services[service])),
			HostConfig,
			NetworkingConfig: {
				EndpointsConfig: first && { [first[0]]: { Aliases: [service] } },
			},
		});
		for (const [network] of others) {
			await call('POST', `/networks/${network}/connect`, {
				...{ Container: created.Id, EndpointConfig: { Aliases: [service] } },
			});
		}
		await call('POST', `/containers/${created.Id}/start`);
	}
}

interface NetworkBody {
	readonly Driver: string;
	readonly EnableIPv6: boolean;
	readonly IPAM: object;
	readonly Internal: boolean;
	readonly Options: object;
	readonly Labels: Record<string, string>;
}

function withoutOwn(labels: Record<string, string>): Record<string, string> {
	return Object.fromEntries(Object.entries(labels).filter(([name]) => !ownLabels.test(name)));
}

function withKey(line: string, key: string | undefined): string {
	return line.replace(
		/^((?:BALENA|RESIN)_SUPERVISOR_API_KEY)=.*/,
		(_, name: string) => `${name}=${key ?? ''}`,
	);
}

const StoredTarget = z.object({
	apps: z.record(
		z.string(),
		z.object({
			id: z.number(),
			name: z.string(),
			releases: z.record(
				z.string(),
				z.object({
					id: z.number(),
					services: z.record(z.string(), z.looseObject({ id: z.number(), image_id: z.number() })),
					volumes: z.object().loose().default({}),
					networks: z.object().loose().default({}),
				}),
			),
		}),
	),
});

/** The apps of our database's target and their images, as rows of the former one; our database is gone afterwards. */
export async function takeTarget(
	stage: Stage,
): Promise<{ readonly apps: FormerApp[]; readonly images: FormerImage[] }> {
	const path = join(stage.folder.root, 'data/database.sqlite');
	const database = knex({
		client: 'sqlite3',
		connection: { filename: path },
		useNullAsDefault: true,
	});
	const rows = await database<{ document: string }>('target').select('document');
	await database.destroy();
	for (const suffix of ['', '-wal', '-shm']) await rm(path + suffix, { force: true });
	const { apps } = StoredTarget.parse(JSON.parse(rows[0]?.document ?? ''));
	const source = String(stage.config.apiEndpoint);
	const formerApps = Object.entries(apps).flatMap(([uuid, { id: appId, name, releases }]) =>
		Object.entries(releases).map(([commit, { id: releaseId, services, volumes, networks }]) => ({
			...{ appId, uuid, name, source, releaseId, commit, volumes, networks },
			services: Object.entries(services).map(([serviceName, { id, image_id, ...service }]) => ({
				...service,
				...{ appId, appUuid: uuid, releaseId, commit },
				...{ serviceName, serviceId: id, imageId: image_id, image: String(service.image) },
			})),
		})),
	);
	const images = formerApps.flatMap(({ services }) =>
		services.map(({ image, ...row }) => ({ name: image, ...pickImage(row) })),
	);
	return { apps: formerApps, images };
}

function pickImage(row: Omit<FormerImage, 'name'>): Omit<FormerImage, 'name'> {
	const { appId, appUuid, serviceId, serviceName, imageId, releaseId, commit } = row;
	return { appId, appUuid, serviceId, serviceName, imageId, releaseId, commit };
}

import { z } from 'zod';
import type { RegistryRealm } from './registry-realm.ts';
import { parseImageReference } from '../model/image-reference.ts';
import type { RegistryAuth } from '../ports/cloud.ts';
import type { ConfigFile } from '../ports/host.ts';
import type { StateStore } from '../ports/state-store.ts';

export interface RegistryAuthDeps {
	readonly config: ConfigFile;
	readonly store: Pick<StateStore, 'loadTarget'>;
	readonly realm: RegistryRealm;
}

/**
 * Gives the device's key to the registry of its cloud, and to nobody else: a target may name images of any host, and a
 * host that gets the key may act as the device.
 *
 * The cloud's registry is the host of `registryEndpoint` in config.json, and every host that
 * 1. an image of the stored target names, where that target came from the cloud or the preload (not from local mode),
 *    and
 * 2. sends whoever asks it to the API's own token service: that key of config.json may be years old. Where it is absent,
 *    the API's own host and what lies under the API's parent domain will do, too: `registry2.example.com` for
 *    `api.example.com`.
 */
export function createRegistryAuth({ config, store, realm }: RegistryAuthDeps): RegistryAuth {
	return {
		async credentialsFor(imageReference) {
			const { registry } = parseImageReference(imageReference);
			if (registry === undefined) return undefined;
			const { apiEndpoint, registryEndpoint = '', uuid = '', deviceApiKey } = await config.read();
			if (apiEndpoint === '' || uuid === '' || deviceApiKey === '') return undefined;
			const isNear = registryEndpoint === '' && isRelated(registry, apiEndpoint);
			const isOurs =
				isSameHost(registry, registryEndpoint) ||
				((await namedHosts(store)).has(registry) &&
					(isNear || (await realm.isNamedBy(registry, apiEndpoint))));
			if (!isOurs) return undefined;
			return { username: `d_${uuid}`, password: deviceApiKey, serverAddress: registry };
		},
	};
}

/** @param endpoint - host, host with port, or URL; empty for none */
function isSameHost(registry: string, endpoint: string): boolean {
	const url = endpoint.includes('://') ? endpoint : `https://${endpoint}`;
	if (!URL.canParse(url)) return false;
	const { protocol, host } = new URL(url);
	const given = `${protocol}//${registry}`;
	return URL.canParse(given) && new URL(given).host === host;
}

/** An address has no parent domain, and neither has a name directly under a top level. */
export function isRelated(registry: string, apiEndpoint: string): boolean {
	if (!URL.canParse(apiEndpoint) || !URL.canParse(`https://${registry}`)) return false;
	const api = new URL(apiEndpoint).hostname;
	const host = new URL(`https://${registry}`).hostname;
	if (host === api) return true;
	const parent = api.slice(api.indexOf('.') + 1);
	const isName = /[a-z]$/i.test(api);
	return isName && parent.includes('.') && host.endsWith(`.${parent}`);
}

const Document = z.object({
	apps: z.record(
		z.string(),
		z.object({
			releases: z
				.record(
					z.string(),
					z.object({
						services: z.record(z.string(), z.object({ image: z.string() }).catch({ image: '' })),
					}),
				)
				.catch({}),
		}),
	),
});

async function namedHosts(store: RegistryAuthDeps['store']): Promise<ReadonlySet<string>> {
	const stored = await store.loadTarget();
	const document = Document.safeParse(stored?.document);
	if (stored === undefined || stored.source === 'local' || !document.success) return new Set();
	const hosts = Object.values(document.data.apps)
		.flatMap(({ releases }) => Object.values(releases))
		.flatMap(({ services }) => Object.values(services))
		.map(({ image }) => parseImageReference(image).registry)
		.filter((host) => host !== undefined);
	return new Set(hosts);
}

import { z } from 'zod';
import { parseImageReference, type ImageReference } from '../model/image-reference.ts';
import type { RegistryAuth } from '../ports/cloud.ts';
import type { RegistryCredentials } from '../ports/container-engine.ts';
import type { ImageSizes } from '../ports/image-sizes.ts';
import type { HttpAnswer, HttpClient } from './http.ts';

export interface ImageSizesDeps {
	readonly http: Pick<HttpClient, 'send'>;
	readonly registryAuth: RegistryAuth;
	/** Where the token service must be that the device's key is shown to; empty: nowhere. */
	readonly apiEndpoint: () => Promise<string>;
}

const patienceMs = 5_000;

const manifestTypes = [
	'application/vnd.oci.image.index.v1+json',
	'application/vnd.docker.distribution.manifest.list.v2+json',
	'application/vnd.oci.image.manifest.v1+json',
	'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

const sized = z.object({ size: z.number().min(0) });
const Manifest = z.object({ config: sized, layers: z.array(sized) });
const Index = z.object({
	manifests: z.array(
		z.object({
			digest: z.string(),
			platform: z.object({ os: z.string(), architecture: z.string() }).optional(),
		}),
	),
});
const Token = z.object({ token: z.string().optional(), access_token: z.string().optional() });

/** Asks the registry of an image for its manifest; the answers are kept by nobody. */
export function createImageSizes(deps: ImageSizesDeps): ImageSizes {
	return {
		async sizeOf(reference, platform) {
			const signal = AbortSignal.timeout(patienceMs);
			try {
				return await askForSize(new Inquiry(reference, { deps, signal }), platform);
			} catch {
				return undefined;
			}
		},
	};
}

async function askForSize(inquiry: Inquiry, platform: string): Promise<number | undefined> {
	const { digest, tag = 'latest' } = inquiry.image;
	const first = await inquiry.manifest(digest ?? tag);
	const index = Index.safeParse(first);
	if (!index.success) return sizeOfManifest(first);
	const found = index.data.manifests.find(
		({ platform: its }) =>
			its !== undefined && platform.startsWith(`${its.os}/${its.architecture}`),
	);
	return found && sizeOfManifest(await inquiry.manifest(found.digest));
}

function sizeOfManifest(document: unknown): number | undefined {
	const { data } = Manifest.safeParse(document);
	return data && [data.config, ...data.layers].reduce((sum, { size }) => sum + size, 0);
}

interface InquiryOptions {
	readonly deps: ImageSizesDeps;
	readonly signal: AbortSignal;
}

/** The questions to one registry about one image, with the token it asks for. */
class Inquiry {
	readonly image: ImageReference;
	readonly #reference: string;
	readonly #options: InquiryOptions;
	#token: string | undefined;

	constructor(reference: string, options: InquiryOptions) {
		this.#reference = reference;
		this.#options = options;
		this.image = parseImageReference(reference);
	}

	/** @returns the JSON of it; undefined where the registry does not give it */
	async manifest(name: string): Promise<unknown> {
		const path = `manifests/${name}`;
		const answer = await this.#ask(path);
		if (answer.status !== 401) return jsonOf(answer);
		this.#token = await this.#tokenFor(answer.headers['www-authenticate'] ?? '');
		return this.#token === undefined ? undefined : jsonOf(await this.#ask(path));
	}

	async #ask(path: string): Promise<HttpAnswer> {
		const [first, second] = await this.#bases();
		try {
			return await this.#get(`${first}/${path}`);
		} catch (err) {
			if (second === undefined) throw err;
			return this.#get(`${second}/${path}`);
		}
	}

	#get(url: string): Promise<HttpAnswer> {
		const { deps, signal } = this.#options;
		const headers = { Accept: manifestTypes };
		return deps.http.send({ method: 'GET', url, key: this.#token, headers, signal });
	}

	/** Plain HTTP is believed on this device itself, and where the API is spoken to in it, too. */
	async #bases(): Promise<readonly [string, string?]> {
		const { registry = 'registry-1.docker.io', repository } = this.image;
		const isOwn = /^(localhost|127\.[\d.]+)(:\d+)?$/.test(registry);
		const isOfficial = this.image.registry === undefined && !repository.includes('/');
		const name = isOfficial ? `library/${repository}` : repository;
		const url = (scheme: string): string => `${scheme}://${registry}/v2/${name}`;
		const endpoint = await this.#options.deps.apiEndpoint();
		if (isOwn) return [url('http')];
		return endpoint.startsWith('http:') ? [url('https'), url('http')] : [url('https')];
	}

	async #tokenFor(challenge: string): Promise<string | undefined> {
		const { deps, signal } = this.#options;
		const realm = memberOf(challenge, 'realm') ?? '';
		if (!/^bearer\b/i.test(challenge) || !URL.canParse(realm)) return undefined;
		const url = new URL(realm);
		for (const name of ['service', 'scope']) {
			const value = memberOf(challenge, name);
			if (value !== undefined) url.searchParams.set(name, value);
		}
		const headers = basicOf(await this.#credentials(url));
		const answer = await deps.http.send({ method: 'GET', url: url.href, headers, signal });
		const { data } = Token.safeParse(jsonOf(answer));
		return data?.token ?? data?.access_token;
	}

	/** The device's key is shown to a token service of the cloud's own API or registry, and to nobody else. */
	async #credentials(realm: URL): Promise<RegistryCredentials | undefined> {
		const { registryAuth, apiEndpoint } = this.#options.deps;
		const endpoint = await apiEndpoint();
		const hosts = [URL.canParse(endpoint) ? new URL(endpoint).host : '', this.image.registry];
		if (!hosts.includes(realm.host)) return undefined;
		if (endpoint.startsWith('https:') && realm.protocol !== 'https:') return undefined;
		return registryAuth.credentialsFor(this.#reference);
	}
}

function memberOf(challenge: string, name: string): string | undefined {
	return new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(challenge)?.[1];
}

function basicOf(credentials: RegistryCredentials | undefined): Record<string, string> {
	if (credentials === undefined) return {};
	const { username, password } = credentials;
	const text = Buffer.from(`${username}:${password}`).toString('base64');
	return { Authorization: `Basic ${text}` };
}

function jsonOf({ status, text }: HttpAnswer): unknown {
	if (status !== 200) return undefined;
	const value: unknown = JSON.parse(text);
	return value;
}

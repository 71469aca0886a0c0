import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { z } from 'zod';

const Blob = z.looseObject({ mediaType: z.string(), digest: z.string(), size: z.number() });
export type Blob = z.infer<typeof Blob>;

/** Of one image for one platform; what else it says is kept. */
const Manifest = z.looseObject({ config: Blob, layers: z.array(Blob) });
export type Manifest = z.infer<typeof Manifest>;

export interface KnownManifest {
	readonly mediaType: string;
	readonly manifest: Manifest;
}

/** A file with what a blob is to be. */
export interface BlobFile {
	readonly path: string;
	readonly digest: string;
}

/** The registry behind this cloud, as the bearer of one token sees it. */
export interface RegistryClient {
	/** @returns undefined when there is none, none that the token opens, or not the manifest of one image */
	manifest(repository: string, reference: string): Promise<KnownManifest | undefined>;
	blob(repository: string, digest: string): Promise<Readable>;
	/** The repository has the blob afterwards. */
	upload(repository: string, file: BlobFile): Promise<void>;
	/** The manifest has the tag afterwards. */
	tag(repository: string, tag: string, manifest: KnownManifest): Promise<void>;
}

const manifestTypes = [
	'application/vnd.docker.distribution.manifest.v2+json',
	'application/vnd.oci.image.manifest.v1+json',
];

/** @param url - base address of the registry */
export function createRegistryClient(url: string, token: string): RegistryClient {
	const call = async (path: string, init: RequestInit = {}): Promise<Response> => {
		const headers = new Headers(init.headers);
		headers.set('authorization', `Bearer ${token}`);
		return fetch(new URL(path, url), { ...init, headers });
	};
	const sure = async (path: string, init?: RequestInit): Promise<Response> => {
		const answer = await call(path, init);
		if (answer.ok) return answer;
		throw new Error(`the registry answered ${answer.status} to ${init?.method ?? 'GET'} ${path}`);
	};
	return {
		async manifest(repository, reference) {
			const headers = { accept: manifestTypes.join(', ') };
			const answer = await call(`/v2/${repository}/manifests/${reference}`, { headers });
			const manifest = Manifest.safeParse(answer.ok ? await answer.json() : undefined);
			const mediaType = answer.headers.get('content-type') ?? '';
			return manifest.success ? { mediaType, manifest: manifest.data } : undefined;
		},
		async blob(repository, digest) {
			const { body } = await sure(`/v2/${repository}/blobs/${digest}`);
			return body === null ? Readable.from([]) : Readable.fromWeb(body);
		},
		async upload(repository, { path, digest }) {
			const head = await call(`/v2/${repository}/blobs/${digest}`, { method: 'HEAD' });
			if (head.ok) return;
			const begun = await sure(`/v2/${repository}/blobs/uploads/`, { method: 'POST' });
			const place = new URL(begun.headers.get('location') ?? '', begun.url);
			place.searchParams.set('digest', digest);
			const body = Readable.toWeb(createReadStream(path));
			const headers = { 'content-type': 'application/octet-stream' };
			await sure(`${place.pathname}${place.search}`, {
				method: 'PUT',
				headers,
				body,
				duplex: 'half',
			});
		},
		async tag(repository, tag, { mediaType, manifest }) {
			await sure(`/v2/${repository}/manifests/${tag}`, {
				method: 'PUT',
				headers: { 'content-type': mediaType },
				body: JSON.stringify(manifest),
			});
		},
	};
}

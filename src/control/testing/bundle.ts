import { createHash } from 'node:crypto';
import { entryOf, writeTar, type TarEntry } from '../../kit/tar.ts';
import {
	blobPathOf,
	bundleFiles,
	bundleFormat,
	bundleVersion,
	type BundleManifest,
} from '../../model/bundle.ts';
import { archivedImage } from '../../ports/testing/image-archive.ts';

export const bundleUuid = 'b'.repeat(32);

/** What a test does to the files of a bundle before they are packed. */
export interface BundleChanges {
	/** In Go's words. Default `amd64`. */
	readonly architecture?: string;
	/** Of the manifest, before its digest is made. */
	readonly manifest?: (manifest: BundleManifest) => object;
	/** Of the target, before its digest is made. */
	readonly target?: (target: Readonly<Record<string, unknown>>) => object;
	/** Of the finished files. */
	readonly files?: (files: readonly BundleFile[]) => readonly BundleFile[];
}

export type BundleFile = readonly [name: string, content: Buffer];

export const sha256Of = (content: string | Uint8Array): string =>
	createHash('sha256').update(content).digest('hex');

/** The files of a bundle with one service, `web`; its image is one of no content. */
export function bundleOf(changes: BundleChanges = {}): {
	readonly files: readonly BundleFile[];
	readonly reference: string;
	readonly target: object;
} {
	const { config, layer } = archivedImage('web', changes.architecture);
	const reference = `bundle.invalid/hello/web:${sha256Of(config)}`;
	const target = (changes.target ?? ((same) => same))(targetOf(reference));
	const blobs = [config, layer].map((content): BundleFile => {
		return [blobPathOf(sha256Of(content)), Buffer.from(content)];
	});
	const parts: BundleFile[] = [
		[bundleFiles.target, Buffer.from(JSON.stringify(target))],
		...blobs,
		[bundleFiles.images, Buffer.from('[]')],
	];
	const [configPath = '', layerPath = ''] = blobs.map(([path]) => path);
	const manifest: BundleManifest = {
		...{ format: bundleFormat, version: bundleVersion },
		app: { uuid: bundleUuid, name: 'hello', commit: 'abc' },
		parts: parts.map(([path, content]) => {
			return { path, sizeBytes: content.length, sha256: sha256Of(content) };
		}),
		images: [
			{
				...{ reference, serviceName: 'web', architecture: changes.architecture ?? 'amd64' },
				...{ config: configPath, layers: [layerPath] },
			},
		],
	};
	const text = Buffer.from(JSON.stringify((changes.manifest ?? ((same) => same))(manifest)));
	const files: BundleFile[] = [
		[bundleFiles.manifest, text],
		[bundleFiles.manifestDigest, Buffer.from(sha256Of(text))],
		...parts,
	];
	return { files: (changes.files ?? ((same) => same))(files), reference, target };
}

/** The bundle as it is sent. */
export function packBundle(files: readonly BundleFile[]): AsyncGenerator<Uint8Array> {
	const entries = async function* (): AsyncGenerator<TarEntry> {
		for (const [name, content] of files) yield await Promise.resolve(entryOf(name, content));
	};
	return writeTar(entries());
}

function targetOf(image: string): Readonly<Record<string, unknown>> {
	const service = { id: 1, image_id: 1, image, environment: {}, labels: {} };
	return { id: 7, name: 'hello', releases: { abc: { id: 1, services: { web: service } } } };
}

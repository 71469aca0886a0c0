import { createHash } from 'node:crypto';
import uniqBy from 'lodash/uniqBy.js';
import { entryOf, writeTar, type TarEntry } from '../../../src/kit/tar.ts';
import {
	blobPathOf,
	bundleFiles,
	bundleFormat,
	bundleVersion,
	toEngineManifest,
	type BundleImage,
	type BundleManifest,
	type BundlePart,
} from '../../../src/model/bundle.ts';
import type { SavedImage } from './saved-image.ts';
import type { Blob, Spool } from './spool.ts';
import type { AppIdentity, BundleTarget } from './target.ts';

/** The image of a service. */
export interface ServiceImage {
	readonly serviceName: string;
	readonly reference: string;
	readonly saved: SavedImage;
}

export interface BundleContent {
	readonly app: AppIdentity;
	readonly target: BundleTarget;
	/** One for each service of the target. */
	readonly images: readonly ServiceImage[];
}

/** The bundle's bytes; the same content gives the same ones. */
export function writeBundle(content: BundleContent, spool: Pick<Spool, 'read'>) {
	return writeTar(filesOf(content, spool));
}

async function* filesOf(
	{ app, target, images }: BundleContent,
	spool: Pick<Spool, 'read'>,
): AsyncGenerator<TarEntry> {
	const targetText = `${JSON.stringify(target.document, null, 2)}\n`;
	const rows = images.map(toBundleImage);
	const engineManifest = toEngineManifest(rows);
	const blobs = blobsOf(images);
	const manifest: BundleManifest = {
		...{ format: bundleFormat, version: bundleVersion },
		app: { uuid: app.uuid, name: app.name, commit: target.commit },
		parts: [
			partOf(bundleFiles.target, targetText),
			...blobs.map(({ sha256, sizeBytes }) => ({ path: blobPathOf(sha256), sizeBytes, sha256 })),
			partOf(bundleFiles.images, engineManifest),
		],
		images: rows,
	};
	const manifestText = `${JSON.stringify(manifest, null, 2)}\n`;
	yield await Promise.resolve(entryOf(bundleFiles.manifest, manifestText));
	yield entryOf(bundleFiles.manifestDigest, `${sha256Of(manifestText)}\n`);
	yield entryOf(bundleFiles.target, targetText);
	for (const blob of blobs) {
		const { sizeBytes, sha256 } = blob;
		yield { name: blobPathOf(sha256), sizeBytes, chunks: spool.read(blob) };
	}
	yield entryOf(bundleFiles.images, engineManifest);
}

function toBundleImage({ serviceName, reference, saved }: ServiceImage): BundleImage {
	return {
		...{ reference, serviceName, architecture: saved.architecture },
		config: blobPathOf(saved.config.sha256),
		layers: saved.layers.map(({ sha256 }) => blobPathOf(sha256)),
	};
}

/** Every file of the images once; in the order of the digests, which no clock and no engine changes. */
function blobsOf(images: readonly ServiceImage[]): Blob[] {
	const all = images.flatMap(({ saved }) => [saved.config, ...saved.layers]);
	return uniqBy(all, 'sha256').sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
}

function partOf(path: string, text: string): BundlePart {
	return { path, sizeBytes: Buffer.byteLength(text), sha256: sha256Of(text) };
}

function sha256Of(text: string): string {
	return createHash('sha256').update(text).digest('hex');
}

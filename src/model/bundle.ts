import { z } from 'zod';

/** Media type of a bundle that is sent. */
export const bundleMediaType = 'application/vnd.holdfast.bundle+tar';

/** What `format` of a bundle's manifest says. */
export const bundleFormat = 'holdfast-bundle';

/** The form of bundles that this version writes and reads. */
export const bundleVersion = 1;

/** Files of a bundle that have a name of their own, in the order in which they come; those of the images come behind. */
export const bundleFiles = {
	manifest: 'bundle.json',
	/** SHA-256 of the manifest. */
	manifestDigest: 'bundle.json.sha256',
	/** The app's target. */
	target: 'target.json',
	/** The last one: what makes the bundle an archive that `docker load` takes. */
	images: 'manifest.json',
} as const;

/** Registry in the names of images that come in bundles. No such host can exist (RFC 2606). */
export const bundleRegistry = 'bundle.invalid';

const hex64 = /^[0-9a-f]{64}$/;
const blobPath = z.string().regex(/^blobs\/sha256\/[0-9a-f]{64}$/, 'must be blobs/sha256/<digest>');
const sizeBytes = z.number().int().min(0);

const BundlePart = z.object({
	path: z.string().min(1),
	sizeBytes,
	sha256: z.string().regex(hex64, 'must be 64 hexadecimal digits'),
});
/** A file of a bundle behind its manifest. */
export type BundlePart = z.infer<typeof BundlePart>;

const BundleImage = z
	.object({
		/** Name that the image has on the engine, and in the target. */
		reference: z
			.string()
			.regex(
				/^bundle\.invalid(\/[a-z0-9]+([._-]+[a-z0-9]+)*)+:[0-9a-f]{64}$/,
				`must be ${bundleRegistry}/<name>:<digest of the configuration>`,
			),
		serviceName: z.string().min(1),
		/** In Go's words: `amd64`, `arm64`. */
		architecture: z.string().min(1),
		/** Path of its configuration. */
		config: blobPath,
		/** Paths of its layers, lowest first. */
		layers: z.array(blobPath),
	})
	.refine(({ reference, config }) => digestIn(reference, ':') === digestIn(config, '/'), {
		error: 'the reference must end with the digest of the configuration',
	});
/** An image of a bundle. Its name is made of its content, so that no bundle can give a name to other content. */
export type BundleImage = z.infer<typeof BundleImage>;

/** First file of a bundle: what is in it. */
export const BundleManifest = z.object({
	format: z.literal(bundleFormat),
	version: z.literal(bundleVersion),
	app: z.object({
		uuid: z.string().min(1),
		name: z.string().min(1),
		commit: z.string().min(1),
	}),
	/** Every further file, in the order in which they come. */
	parts: z.array(BundlePart),
	images: z.array(BundleImage),
});
export type BundleManifest = z.infer<typeof BundleManifest>;

/** What every version has in common. */
export const BundleHead = z.object({ format: z.literal(bundleFormat), version: z.number() });

/** Where a file of an image stands in a bundle. @param sha256 - of its content */
export function blobPathOf(sha256: string): string {
	return `blobs/sha256/${sha256}`;
}

/** True for the name of an image that comes in bundles, and can be had in no other way. */
export function isBundledReference(reference: string): boolean {
	return reference.startsWith(`${bundleRegistry}/`);
}

/** `manifest.json` of an archive that an engine loads. */
export function toEngineManifest(images: readonly BundleImage[]): string {
	const rows = images.map(({ config, reference, layers }) => ({
		Config: config,
		RepoTags: [reference],
		Layers: layers,
	}));
	return JSON.stringify(rows);
}

function digestIn(text: string, separator: string): string {
	return text.slice(text.lastIndexOf(separator) + 1);
}

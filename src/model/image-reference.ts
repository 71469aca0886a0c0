import type { ObservedImage } from './observed.ts';

/** The parts of an image reference such as `registry.example:5000/v2/abc:tag@sha256:…`. */
export interface ImageReference {
	/** Host with port; absent for names of the engine's default registry. */
	readonly registry?: string | undefined;
	/** Name without registry, tag and digest. */
	readonly repository: string;
	readonly tag?: string | undefined;
	readonly digest?: string | undefined;
}

/** Docker's own rule: the first part is a registry when it has a dot or a colon, or is `localhost`. */
export function parseImageReference(reference: string): ImageReference {
	const [named = '', digest] = reference.split('@', 2);
	const slash = named.indexOf('/');
	const first = slash === -1 ? '' : named.slice(0, slash);
	const isRegistry = first === 'localhost' || /[.:]/.test(first);
	const path = isRegistry ? named.slice(slash + 1) : named;
	const colon = path.lastIndexOf(':');
	const hasTag = colon > path.lastIndexOf('/');
	return {
		registry: isRegistry ? first : undefined,
		repository: hasTag ? path.slice(0, colon) : path,
		tag: hasTag ? path.slice(colon + 1) : undefined,
		digest,
	};
}

/** Names of Docker's own registry, which engines leave out when they list images, or always write. */
const defaultRegistries = ['docker.io', 'index.docker.io'];

/**
 * The name under which the engine lists what `reference` asks for: `repo@digest` when it has a digest, else `repo:tag`
 * with `latest` for a missing tag; without Docker's own registry. An image id (`sha256:…`) stands for itself. Applied to
 * a listed name it changes nothing but that registry, so that two references are the same when their results are.
 */
export function listedReference(reference: string): string {
	if (reference.startsWith('sha256:')) return reference;
	const { registry, repository, tag, digest } = parseImageReference(reference);
	const isDefault = registry === undefined || defaultRegistries.includes(registry);
	const name = isDefault ? repository.replace(/^library\//, '') : `${registry}/${repository}`;
	return digest === undefined ? `${name}:${tag ?? 'latest'}` : `${name}@${digest}`;
}

/**
 * Where a cloud keeps one image and no other, whatever its tags: `registry.example/v2/<32 hex digits>`.
 * @returns undefined for references of other kinds
 */
export function cloudLocationOf(reference: string): string | undefined {
	const { registry, repository } = parseImageReference(reference);
	const isLocation = registry !== undefined && /^v2\/[0-9a-f]{32}$/.test(repository);
	return isLocation ? `${registry}/${repository}` : undefined;
}

/** @returns the image on the engine that `reference` names, if it is there */
export function findImage(
	images: readonly ObservedImage[],
	reference: string,
): ObservedImage | undefined {
	const listed = listedReference(reference);
	return images.find(
		({ engineImageId, references }) =>
			engineImageId === listed || references.some((name) => listedReference(name) === listed),
	);
}

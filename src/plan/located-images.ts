import { cloudLocationOf, listedReference } from '../model/image-reference.ts';
import type { ObservedImage } from '../model/observed.ts';

/** Images by the location of a cloud, in which there is one image under whatever tags. */
export interface LocatedImages {
	/**
	 * Images of the reference's location that the engine knows by tags alone: another supervisor made them of a delta, so
	 * that no digest names them.
	 */
	taggedOnly(reference: string): readonly ObservedImage[];
	/** Names that such images, and the one that the reference names, have in its location: tags first. */
	namesBeside(reference: string): readonly string[];
}

export function locateImages(images: readonly ObservedImage[]): LocatedImages {
	const byLocation = new Map<string, Set<ObservedImage>>();
	for (const image of images) {
		for (const name of image.references) {
			const location = cloudLocationOf(name);
			if (location === undefined) continue;
			byLocation.set(location, (byLocation.get(location) ?? new Set()).add(image));
		}
	}
	const namesAt = ({ references }: ObservedImage, location: string): string[] =>
		references.filter((name) => cloudLocationOf(name) === location);
	const taggedOnly = (reference: string): ObservedImage[] => {
		const location = cloudLocationOf(reference) ?? '';
		return [...(byLocation.get(location) ?? [])].filter((image) =>
			namesAt(image, location).every((name) => !name.includes('@')),
		);
	};
	return {
		taggedOnly,
		namesBeside(reference) {
			const location = cloudLocationOf(reference);
			if (location === undefined) return [];
			const listed = listedReference(reference);
			const isNamed = ({ references }: ObservedImage): boolean =>
				references.some((name) => listedReference(name) === listed);
			const named = [...(byLocation.get(location) ?? [])].filter(isNamed);
			const names = [...new Set([...named, ...taggedOnly(reference)])].flatMap((image) =>
				namesAt(image, location),
			);
			const others = names.filter((name) => listedReference(name) !== listed);
			return others.sort((one, other) => Number(one.includes('@')) - Number(other.includes('@')));
		},
	};
}

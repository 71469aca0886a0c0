import { listedReference } from '../model/image-reference.ts';

export interface NameAndVersion {
	/** With registry, without tag and digest. */
	readonly name: string;
	/** Digest, else tag, else `latest`: without one the engine would fetch every tag there is. */
	readonly version: string;
}

/** The two parts the engine's API wants an image reference in. */
export function nameAndVersion(reference: string): NameAndVersion {
	const listed = listedReference(reference);
	const at = listed.indexOf('@');
	const cut = at === -1 ? listed.lastIndexOf(':') : at;
	return { name: listed.slice(0, cut), version: listed.slice(cut + 1) };
}

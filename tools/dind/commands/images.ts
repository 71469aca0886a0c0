import type { Argv } from './argv.ts';
import { docker, repeat } from './argv.ts';
import { INPUTS_LABEL } from './names.ts';

export interface ImageBuild {
	readonly image: string;
	readonly contextDir: string;
	/** Dockerfile, when it is not the one of `contextDir`. */
	readonly dockerfile?: string;
	/** Digest of what the image is made from; stored as a label. */
	readonly inputs: string;
	readonly buildArgs?: Readonly<Record<string, string>>;
	readonly noCache?: boolean;
}

export function buildImage(build: ImageBuild): Argv {
	const { image, contextDir, dockerfile, inputs, buildArgs = {}, noCache = false } = build;
	return docker(
		'build',
		'--tag',
		image,
		'--label',
		`${INPUTS_LABEL}=${inputs}`,
		...(dockerfile === undefined ? [] : ['--file', dockerfile]),
		...repeat(
			'--build-arg',
			Object.entries(buildArgs).map(([name, value]) => `${name}=${value}`),
		),
		...(noCache ? ['--no-cache'] : []),
		contextDir,
	);
}

/** Removes what a build has left without a name; the layers below stay, the next build uses them. */
export function removeNamelessImage(imageId: string): Argv {
	return docker('image', 'rm', '--no-prune', imageId);
}

export function pullImage(image: string): Argv {
	return docker('pull', image);
}

export function saveImage(image: string): Argv {
	return docker('save', image);
}

/**
 * Text that is equal for equal images on two engines. The image id is not: engines with the containerd
 * store name an image by its manifest, others by its configuration. What is not in a layer is in the inputs.
 */
export const IMAGE_FINGERPRINT = `{{.Created}} {{json .RootFS.Layers}} {{with .Config.Labels}}{{index . "${INPUTS_LABEL}"}}{{end}}`;
/** Format that prints id, size in bytes and processor. */
export const IMAGE_SUMMARY = '{{.Id}} {{.Size}} {{.Architecture}}';
/** Format that prints the digest stored by {@link buildImage}, or an empty line. */
export const IMAGE_INPUTS = `{{with .Config.Labels}}{{index . "${INPUTS_LABEL}"}}{{end}}`;

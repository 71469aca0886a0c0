import { createHash } from 'node:crypto';
import { z } from 'zod';
import { SupervisorError } from '../kit/errors.ts';
import {
	blobPathOf,
	BundleHead,
	bundleFiles,
	BundleManifest,
	bundleVersion,
	type BundlePart,
} from '../model/bundle.ts';
import { bundleFault } from './bundle-faults.ts';

/** What is read into memory at once is not larger. */
export const smallBytes = 4 * 1024 * 1024;

/**
 * Reads the manifest of a bundle: its parts are all that its images need, in the order in which they have to come.
 * @param digest - content of the file beside it
 * @throws {SupervisorError} BUNDLE_INVALID, BUNDLE_UNSUPPORTED
 */
export function parseBundleManifest(content: Uint8Array, digest: Uint8Array): BundleManifest {
	const sha256 = createHash('sha256').update(content).digest('hex');
	if (Buffer.from(digest).toString().trim() !== sha256) {
		throw bundleFault(`has a damaged ${bundleFiles.manifest}: its digest is another`);
	}
	const json = parseJson(content);
	const head = BundleHead.safeParse(json);
	if (!head.success) throw malformed(head.error);
	if (head.data.version !== bundleVersion) throw unsupported(head.data.version);
	const parsed = BundleManifest.safeParse(json);
	if (!parsed.success) throw malformed(parsed.error);
	requireParts(parsed.data);
	return parsed.data;
}

function parseJson(content: Uint8Array): unknown {
	try {
		const value: unknown = JSON.parse(Buffer.from(content).toString());
		return value;
	} catch (err) {
		throw bundleFault(`has a ${bundleFiles.manifest} that is not JSON`, err);
	}
}

function malformed(err: z.ZodError): SupervisorError {
	const faults = z.prettifyError(err).replaceAll(/\s+/g, ' ');
	return bundleFault(`has a ${bundleFiles.manifest} that is not valid: ${faults}`, err);
}

function unsupported(version: number): SupervisorError {
	return new SupervisorError(
		`The bundle has form ${version}, and this supervisor knows form ${bundleVersion} only. Nothing was changed. Update the supervisor, or make the bundle with the tools of this version.`,
		{ code: 'BUNDLE_UNSUPPORTED', retry: 'never' },
	);
}

function requireParts({ parts, images }: BundleManifest): void {
	const paths = parts.map(({ path }) => path);
	if (new Set(paths).size < paths.length) throw bundleFault('lists a part twice');
	if (paths[0] !== bundleFiles.target) throw bundleFault(`lacks ${bundleFiles.target}`);
	const strange = parts.slice(1).find((part) => !isBlob(part) && !isEngineManifest(part));
	if (strange !== undefined) throw bundleFault(`lists ${strange.path}, which no bundle has so`);
	for (const { serviceName, config, layers } of images) {
		const missing = [config, ...layers].filter((path) => !paths.includes(path));
		if (missing.length === 0) continue;
		throw bundleFault(`lacks ${missing.join(', ')} of the image of service ${serviceName}`);
	}
}

function isBlob({ path, sha256 }: BundlePart): boolean {
	return path === blobPathOf(sha256);
}

function isEngineManifest({ path, sizeBytes }: BundlePart): boolean {
	return path === bundleFiles.images && sizeBytes <= smallBytes;
}

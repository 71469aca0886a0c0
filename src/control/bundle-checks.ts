import sumBy from 'lodash/sumBy.js';
import { SupervisorError } from '../kit/errors.ts';
import type { BundleImage, BundleManifest } from '../model/bundle.ts';
import type { DiskSpace } from '../ports/host.ts';
import type { StoredImage } from '../ports/state-store.ts';
import { bundleFault } from './bundle-faults.ts';

/** Images of these architectures run on processors of another name, too; in Go's words. */
const alsoRuns: Readonly<Record<string, readonly string[]>> = { amd64: ['386'], arm64: ['arm'] };

const mebibyte = 1024 * 1024;
/** What stays free beside the images. */
const reserveBytes = 64 * mebibyte;

/** @throws {SupervisorError} BUNDLE_INVALID when it is of another app than was asked for */
export function requireApp({ app }: BundleManifest, appUuid: string | undefined): void {
	if (appUuid === undefined || appUuid === app.uuid) return;
	throw new SupervisorError(
		`The bundle is of app ${app.uuid} (${app.name}), not of ${appUuid}. Send it to /v3/device/apps/${app.uuid}, or make it with \`dindctl bundle --uuid ${appUuid}\`.`,
		{ code: 'BUNDLE_INVALID', retry: 'never' },
	);
}

/** @throws {SupervisorError} IMAGE_WRONG_ARCHITECTURE, with the services whose images the engine cannot run */
export function requireArchitecture({ images }: BundleManifest, engine: string): void {
	const runs = [engine, ...(alsoRuns[engine] ?? [])];
	const foreign = images.filter(({ architecture }) => !runs.includes(architecture));
	const [first] = foreign;
	if (first === undefined) return;
	const services = foreign.map(({ serviceName }) => serviceName).join(', ');
	throw new SupervisorError(
		`The bundle is made for ${first.architecture} (${services}), and this device is ${engine}. Nothing was changed. Make it anew with \`dindctl bundle --arch\`.`,
		{ code: 'IMAGE_WRONG_ARCHITECTURE', retry: 'never' },
	);
}

/** @throws {SupervisorError} BUNDLE_INVALID unless the images are those that the target wants */
export function requireImages({ images }: BundleManifest, wanted: readonly StoredImage[]): void {
	const surplus = images.find((image) => !wanted.some((row) => row.reference === image.reference));
	if (surplus !== undefined) {
		throw bundleFault(`has an image of ${surplus.serviceName} that its target does not want`);
	}
	const references = new Set(images.map(({ reference }) => reference));
	const missing = wanted.filter(({ reference }) => !references.has(reference));
	if (missing.length === 0) return;
	const named = missing.map(({ serviceName, reference }) => `${serviceName} (${reference})`);
	throw bundleFault(`lacks the image of ${named.join(', ')}`);
}

/**
 * The engine unpacks an archive before it takes the images from it, so they need room twice.
 * @param added - images that are not on the engine yet
 * @throws {SupervisorError} NO_SPACE
 */
export async function requireRoom(
	added: readonly BundleImage[],
	{ parts }: BundleManifest,
	space: DiskSpace,
): Promise<void> {
	const room = await space.read();
	if (room === undefined) return;
	const paths = new Set(added.flatMap(({ layers }) => layers));
	const addedBytes = sumBy(
		parts.filter(({ path }) => paths.has(path)),
		'sizeBytes',
	);
	const neededBytes = sumBy(parts, 'sizeBytes') + addedBytes + reserveBytes;
	if (room.freeBytes >= neededBytes) return;
	const [needed, free] = [neededBytes, room.freeBytes].map((bytes) => Math.ceil(bytes / mebibyte));
	throw new SupervisorError(
		`The bundle needs ${needed} MiB where the engine keeps its images, and ${free} MiB are free. Nothing was changed. Make room and send it again.`,
		{ code: 'NO_SPACE', retry: 'never' },
	);
}

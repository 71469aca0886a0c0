import type { Logger } from '../kit/logger.ts';
import { createQueue } from '../kit/queue.ts';
import { entryOf, readEntry, writeTar, type TarEntry } from '../kit/tar.ts';
import { bundleFiles, toEngineManifest, type BundleManifest } from '../model/bundle.ts';
import { findImage } from '../model/image-reference.ts';
import { decodeTargetDevice } from '../model/target-document.ts';
import { imageRecordsOf } from '../loop/image-ledger.ts';
import type { ContainerEngine } from '../ports/container-engine.ts';
import type { DiskSpace } from '../ports/host.ts';
import type { StateStore, StoredImage } from '../ports/state-store.ts';
import type { AppTargets } from './app-targets.ts';
import { bundleFault } from './bundle-faults.ts';
import { requireApp, requireArchitecture, requireImages, requireRoom } from './bundle-checks.ts';
import { smallBytes } from './bundle-manifest.ts';
import { openBundle, type BundleReader } from './bundle-reader.ts';

export interface ImportOptions {
	/** The app that the bundle has to be of. Default: whichever it is of. */
	readonly appUuid?: string | undefined;
	/** Go ahead even if an update lock is held. */
	readonly force: boolean;
	readonly signal: AbortSignal;
}

/** Apps that come in one file, images included. */
export interface BundleImports {
	/**
	 * The images of the bundle are on the engine, and its app has the bundle's target. Every digest is looked at while it
	 * is read; where it fails, nothing is changed. One at a time.
	 * @returns what the bundle says of its app
	 * @throws {SupervisorError} BUNDLE_INVALID, BUNDLE_UNSUPPORTED, IMAGE_WRONG_ARCHITECTURE, NO_SPACE, TARGET_INVALID,
	 * TARGET_NOT_SETTABLE, ENGINE_UNAVAILABLE, ENGINE_REFUSED, STORE_FAILED
	 */
	importBundle(
		source: AsyncIterable<Uint8Array>,
		options: ImportOptions,
	): Promise<BundleManifest['app']>;
}

export interface BundleImportDeps {
	readonly engine: Pick<ContainerEngine, 'info' | 'listImages' | 'loadImages' | 'removeImage'>;
	readonly targets: Pick<AppTargets, 'check' | 'set'>;
	readonly store: Pick<StateStore, 'recordImages' | 'forgetImages'>;
	/** Room for images. */
	readonly space: DiskSpace;
	readonly log: Logger;
}

export function createBundleImports(deps: BundleImportDeps): BundleImports {
	const queue = createQueue();
	const log = deps.log.child({ component: 'bundle' });
	return {
		importBundle: (source, options) =>
			queue.run(async () => {
				const bundle = await openBundle(source);
				try {
					const { app } = bundle.manifest;
					await runImport({ ...deps, log }, bundle, options);
					log.info({ appUuid: app.uuid, commit: app.commit }, 'bundle is imported');
					return app;
				} finally {
					await bundle.close();
				}
			}),
	};
}

async function runImport(
	deps: BundleImportDeps,
	bundle: BundleReader,
	{ appUuid, force, signal }: ImportOptions,
): Promise<void> {
	const { engine, targets } = deps;
	const { manifest } = bundle;
	const { uuid } = manifest.app;
	requireApp(manifest, appUuid);
	requireArchitecture(manifest, (await engine.info(signal)).architecture);
	const target = await bundle.readTarget();
	await targets.check(uuid, target);
	const records = recordsOf(uuid, target);
	requireImages(manifest, records);
	const present = await engine.listImages(signal);
	const isNew = ({ reference }: { readonly reference: string }): boolean =>
		findImage(present, reference) === undefined;
	await requireRoom(manifest.images.filter(isNew), manifest, deps.space);
	const added = records.filter(isNew);
	await undoing(deps, added, async () => {
		// First, so that those whose import a power cut ends are tidied up.
		await deps.store.recordImages(added);
		await engine.loadImages(writeTar(archiveOf(bundle)), signal);
		await requireLoaded(deps, manifest, signal);
		await targets.set(uuid, target, { force });
	});
}

function recordsOf(appUuid: string, target: unknown): readonly StoredImage[] {
	const { apps } = decodeTargetDevice({ name: 'local', config: {}, apps: { [appUuid]: target } });
	return imageRecordsOf(apps[0]);
}

/** What the engine is given; its manifest comes last, when all digests were good, and is made anew. */
async function* archiveOf({ manifest, files }: BundleReader): AsyncGenerator<TarEntry> {
	for await (const file of files()) {
		// The engine's own manifest is small, and read for its digest only.
		if (file.name.startsWith('blobs/')) yield file;
		else await readEntry(file, smallBytes);
	}
	yield entryOf(bundleFiles.images, toEngineManifest(manifest.images));
}

async function requireLoaded(
	{ engine }: Pick<BundleImportDeps, 'engine'>,
	{ images }: BundleManifest,
	signal: AbortSignal,
): Promise<void> {
	const present = await engine.listImages(signal);
	const missing = images.filter(({ reference }) => findImage(present, reference) === undefined);
	if (missing.length === 0) return;
	const services = missing.map(({ serviceName }) => serviceName).join(', ');
	throw bundleFault(`was read, and the engine has no image of it for ${services}`);
}

/** Where `work` fails, the images that it added go again; a failure in that is told in the log only. */
async function undoing(
	{ engine, store, log }: BundleImportDeps,
	added: readonly StoredImage[],
	work: () => Promise<void>,
): Promise<void> {
	try {
		await work();
	} catch (err) {
		const references = [...new Set(added.map(({ reference }) => reference))];
		const signal = new AbortController().signal; // also after an abort
		const undone = await Promise.allSettled([
			...references.map((reference) => engine.removeImage(reference, signal)),
			store.forgetImages(references),
		]);
		const failed = undone.some(({ status }) => status === 'rejected');
		if (failed) log.warn({ references }, 'images of a bundle that was not imported may remain');
		throw err;
	}
}

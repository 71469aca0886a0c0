import { createHash } from 'node:crypto';
import { readEntry, readTar, type TarEntry } from '../kit/tar.ts';
import { bundleFiles, type BundleManifest, type BundlePart } from '../model/bundle.ts';
import { bundleFault, toBundleFault } from './bundle-faults.ts';
import { parseBundleManifest, smallBytes } from './bundle-manifest.ts';

/** A bundle that is read from its beginning to its end, once. */
export interface BundleReader {
	readonly manifest: BundleManifest;
	/** @returns the app's target, not looked at yet @throws {SupervisorError} BUNDLE_INVALID */
	readTarget(): Promise<unknown>;
	/**
	 * The files behind the target; the content of each throws at its end when it is not what the manifest says.
	 * @throws {SupervisorError} BUNDLE_INVALID also for a file that is missing, out of turn, or too many
	 */
	readonly files: () => AsyncGenerator<TarEntry>;
	/** The source is told to return. */
	close(): Promise<void>;
}

const targetLimitBytes = 10 * 1024 * 1024;

/** @throws {SupervisorError} BUNDLE_INVALID, BUNDLE_UNSUPPORTED; what reading the source throws */
export async function openBundle(source: AsyncIterable<Uint8Array>): Promise<BundleReader> {
	const entries = readTar(source);
	const next = async (): Promise<TarEntry | undefined> => {
		try {
			const result = await entries.next();
			return result.done === true ? undefined : result.value;
		} catch (err) {
			throw toBundleFault(err);
		}
	};
	const readNamed = async (name: string): Promise<Buffer> => {
		const entry = await next();
		if (entry?.name === name) return readWhole(entry, smallBytes);
		throw bundleFault(`does not begin with ${bundleFiles.manifest}, so it is none or is cut off`);
	};
	const close = async (): Promise<void> => {
		await entries.return(undefined);
	};
	try {
		const content = await readNamed(bundleFiles.manifest);
		const digest = await readNamed(bundleFiles.manifestDigest);
		const manifest = parseBundleManifest(content, digest);
		return { manifest, close, ...createPartCalls(manifest, next) };
	} catch (err) {
		await close();
		throw err;
	}
}

function createPartCalls(
	{ parts: [first, ...others] }: BundleManifest,
	next: () => Promise<TarEntry | undefined>,
): Pick<BundleReader, 'readTarget' | 'files'> {
	const part = async (wanted: BundlePart): Promise<TarEntry> => {
		const entry = await next();
		if (entry === undefined) throw bundleFault(`is cut off: ${wanted.path} is missing`);
		if (entry.name !== wanted.path) {
			throw bundleFault(`has ${entry.name} where ${wanted.path} has to be`);
		}
		return verified(entry, wanted);
	};
	return {
		async readTarget() {
			if (first === undefined) throw bundleFault(`lacks ${bundleFiles.target}`);
			const content = await readWhole(await part(first), targetLimitBytes);
			return parseTarget(content.toString());
		},
		async *files() {
			for (const wanted of others) yield await part(wanted);
			const more = await next();
			if (more !== undefined) {
				throw bundleFault(`has ${more.name}, of which its ${bundleFiles.manifest} knows nothing`);
			}
		},
	};
}

function parseTarget(text: string): unknown {
	try {
		const target: unknown = JSON.parse(text);
		return target;
	} catch (err) {
		throw bundleFault(`has a ${bundleFiles.target} that is not JSON`, err);
	}
}

async function readWhole(entry: TarEntry, limitBytes: number): Promise<Buffer> {
	try {
		return await readEntry(entry, limitBytes);
	} catch (err) {
		throw toBundleFault(err);
	}
}

function verified(entry: TarEntry, { path, sizeBytes, sha256 }: BundlePart): TarEntry {
	if (entry.sizeBytes !== sizeBytes) {
		throw bundleFault(`is damaged: ${path} has ${entry.sizeBytes} bytes, not ${sizeBytes}`);
	}
	const checked = async function* (): AsyncGenerator<Uint8Array> {
		const hash = createHash('sha256');
		try {
			for await (const chunk of entry.chunks) {
				hash.update(chunk);
				yield chunk;
			}
		} catch (err) {
			throw toBundleFault(err);
		}
		const found = hash.digest('hex');
		if (found !== sha256) {
			throw bundleFault(`is damaged: the digest of ${path} is ${found}, not ${sha256}`);
		}
	};
	return { ...entry, chunks: checked() };
}

import { createReadStream } from 'node:fs';
import { readEntry, readTar } from '../../../src/kit/tar.ts';
import { bundleFiles, BundleManifest } from '../../../src/model/bundle.ts';
import { ToolError, toMessage } from '../effects/errors.ts';

const limitBytes = 4 * 1024 * 1024;
const todo = 'Make one: ./dindctl bundle DIR.';

/** @returns the app that a bundle is of; the device looks at all else @throws {ToolError} for what is no bundle */
export async function readBundledApp(path: string): Promise<BundleManifest['app']> {
	const source = createReadStream(path);
	try {
		for await (const entry of readTar(source as AsyncIterable<Uint8Array>)) {
			if (entry.name !== bundleFiles.manifest) break;
			const text = (await readEntry(entry, limitBytes)).toString();
			return BundleManifest.shape.app.parse((JSON.parse(text) as { app?: unknown }).app);
		}
	} catch (cause) {
		throw new ToolError(`${path} cannot be read as a bundle: ${toMessage(cause)}`, { todo, cause });
	} finally {
		source.destroy();
	}
	throw new ToolError(`${path} is no bundle`, { todo });
}

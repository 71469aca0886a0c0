import { z } from 'zod';
import type { Blob, Spool } from './spool.ts';

/** An image whose files are in a spool. */
export interface SavedImage {
	readonly config: Blob;
	/** Lowest first; the same one may be there several times. */
	readonly layers: readonly Blob[];
	/** In Go's words. */
	readonly architecture: string;
}

const Rows = z
	.array(z.object({ Config: z.string(), Layers: z.array(z.string()).nullable() }))
	.length(1);
const Config = z.object({
	architecture: z.string(),
	rootfs: z.object({ diff_ids: z.array(z.string()) }),
});

/**
 * @param archive - what `docker save` writes of one image
 * @throws {Error} for what is no such archive
 */
export async function saveInto(
	spool: Spool,
	archive: AsyncIterable<Uint8Array>,
): Promise<SavedImage> {
	const files = await spool.add(archive);
	const parse = async (name: string): Promise<unknown> => {
		const text = await spool.readText(required(files.get(name), name));
		return JSON.parse(text) as unknown;
	};
	const [row] = Rows.parse(await parse('manifest.json'));
	const { Config: configName, Layers } = required(row, 'manifest.json');
	const { architecture, rootfs } = Config.parse(await parse(configName));
	return {
		...{ architecture, config: required(files.get(configName), configName) },
		layers: layersOf(Layers ?? [], rootfs.diff_ids, files),
	};
}

/** A layer that is there twice is a file once, and elsewhere a link to it. */
function layersOf(
	names: readonly string[],
	diffIds: readonly string[],
	files: ReadonlyMap<string, Blob>,
): Blob[] {
	const byDiffId = new Map(
		names.flatMap((name, index) => {
			const found = files.get(name);
			return found === undefined ? [] : [[diffIds[index] ?? name, found] as const];
		}),
	);
	return names.map((name, index) =>
		required(files.get(name) ?? byDiffId.get(diffIds[index] ?? name), name),
	);
}

function required<T>(value: T | undefined, name: string): T {
	if (value === undefined) throw new Error(`the engine saved an image without ${name}`);
	return value;
}

import { z } from 'zod';
import { linkAbort } from '../../kit/linked-abort.ts';
import { readEntry, readTar } from '../../kit/tar.ts';
import type { ContainerEngine } from '../container-engine.ts';
import { rejectOnAbort, type FakeParts } from './fake-gate.ts';
import { addImage, refusal } from './fake-world.ts';

const Rows = z.array(
	z.object({
		Config: z.string(),
		RepoTags: z.array(z.string()).nullable(),
		Layers: z.array(z.string()),
	}),
);
type Rows = z.infer<typeof Rows>;

const limitBytes = 1_000_000;

/** Loads images as the engine does: all of the archive is read before any of it counts. */
export function loadCalls({ world, call, emit }: FakeParts): Pick<ContainerEngine, 'loadImages'> {
	return {
		loadImages: (archive, signal) =>
			call({ method: 'loadImages', subject: '' }, signal, async () => {
				const own = linkAbort(signal);
				const end = rejectOnAbort(own.signal);
				const rows = await Promise.race([readRows(archive), end]).finally(() => own.unlink());
				for (const name of rows.flatMap(({ RepoTags }) => RepoTags ?? [])) {
					const id = addImage(world, name, {});
					emit(['image', 'load'], id, { name });
				}
			}),
	};
}

async function readRows(archive: AsyncIterable<Uint8Array>): Promise<Rows> {
	const files = new Map<string, string>();
	for await (const entry of readTar(archive)) {
		const isSmall = entry.sizeBytes <= limitBytes;
		files.set(entry.name, isSmall ? (await readEntry(entry, limitBytes)).toString() : '');
	}
	const text = files.get('manifest.json');
	if (text === undefined) throw refusal('ENGINE_REFUSED', 'invalid archive: no manifest.json');
	const rows = Rows.parse(JSON.parse(text));
	const missing = rows
		.flatMap(({ Config, Layers }) => [Config, ...Layers])
		.find((name) => !files.has(name));
	if (missing === undefined) return rows;
	throw refusal('ENGINE_REFUSED', `open ${missing}: no such file or directory`);
}

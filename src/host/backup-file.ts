import { createReadStream } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import type { Extract, Header } from 'tar-stream';
import { messageOf, SupervisorError } from '../kit/errors.ts';
import type { BackupFile } from '../ports/backup.ts';
import { fileCodeOf, isAbsent, toHostFailure } from './file-failure.ts';

/** `backup.tgz` at a path. It may be larger than the memory. */
export function createBackupFile(path: string): BackupFile {
	let known: { readonly state: string; readonly volumes: readonly string[] } | undefined;
	return {
		path,
		isThere: async () => (await stateOf(path)) !== undefined,
		async volumes() {
			const state = await stateOf(path);
			if (state === undefined) return undefined;
			if (known?.state !== state) known = { state, volumes: await readVolumes(path) };
			return known.volumes;
		},
		archiveOf: (volume) => archiveOf(path, volume),
		async retire() {
			try {
				await rename(path, `${path}.restored`);
			} catch (err) {
				throw toHostFailure(`cannot rename ${path}`, err);
			}
		},
	};
}

/** Changes with the file's content; undefined when there is no file. */
async function stateOf(path: string): Promise<string | undefined> {
	try {
		const found = await stat(path);
		return found.isFile() ? `${found.ino} ${found.size} ${found.mtimeMs}` : undefined;
	} catch (err) {
		if (isAbsent(err)) return undefined;
		throw toHostFailure(`cannot read ${path}`, err);
	}
}

async function readVolumes(path: string): Promise<readonly string[]> {
	const volumes = new Set<string>();
	for await (const { header, place } of entriesOf(path)) {
		const fault = faultOf(header, place);
		if (fault !== undefined) throw invalid(path, fault);
		if (place !== undefined) volumes.add(place.volume);
	}
	return [...volumes];
}

function faultOf({ name, type, linkname }: Header, place: Place | undefined): string | undefined {
	if (place === undefined) return undefined;
	if (place.segments.includes('..') || name.startsWith('/')) return `${name} leads out of it`;
	if (place.segments.length === 1 && type !== 'directory') return `${name} is no folder`;
	if (type !== 'link') return undefined;
	const target = placeOf(linkname);
	return target?.volume === place.volume ? undefined : `${name} is a link out of its volume`;
}

/** Where an entry belongs; undefined for the folder that holds all of them. */
interface Place {
	readonly volume: string;
	readonly segments: readonly string[];
}

function placeOf(name: string): Place | undefined {
	const segments = name.split('/').filter((segment) => segment !== '' && segment !== '.');
	const [volume] = segments;
	return volume === undefined ? undefined : { volume, segments };
}

async function* archiveOf(path: string, volume: string): AsyncGenerator<Uint8Array> {
	const { pack } = await import('tar-stream');
	const archive = pack();
	const feed = async (): Promise<void> => {
		for await (const { entry, header, place } of entriesOf(path)) {
			if (place?.volume !== volume) continue;
			const sink = archive.entry(header);
			for await (const chunk of entry) await write(sink, chunk as Uint8Array);
			sink.end(null);
		}
		archive.finalize();
	};
	const feeding = feed().catch((err: unknown) => archive.destroy(toError(err)));
	try {
		for await (const chunk of archive) yield chunk as Uint8Array;
	} finally {
		archive.destroy();
		await feeding;
	}
}

interface FoundEntry {
	readonly entry: AsyncIterable<unknown>;
	readonly header: Header;
	readonly place: Place | undefined;
}

/** Every entry in turn; what its reader leaves of one is passed over. */
async function* entriesOf(path: string): AsyncGenerator<FoundEntry> {
	const { extract } = await import('tar-stream');
	const entries = extract();
	const reading = unpack(path, entries).catch((err: unknown) => entries.destroy(toError(err)));
	try {
		for await (const entry of entries) {
			yield { entry, header: entry.header, place: placeOf(entry.header.name) };
			entry.resume();
		}
	} catch (err) {
		if (err instanceof SupervisorError) throw err;
		const isOfDisk = /^E[A-Z]+$/.test(fileCodeOf(err));
		throw isOfDisk ? toHostFailure(`cannot read ${path}`, err) : invalid(path, messageOf(err), err);
	} finally {
		entries.destroy();
		await reading;
	}
}

async function unpack(path: string, entries: Extract): Promise<void> {
	const text = createReadStream(path);
	const plain = createGunzip();
	text.once('error', (err) => plain.destroy(err));
	try {
		for await (const chunk of text.pipe(plain)) {
			if (entries.destroyed) return;
			await write(entries, chunk as Uint8Array);
		}
		entries.end(null);
	} finally {
		text.destroy();
	}
}

/** A stream of tar-stream, which is none of Node's. */
interface Sink {
	readonly destroyed: boolean;
	write(chunk: Uint8Array): boolean;
	on(event: 'drain' | 'close', listener: () => void): unknown;
	off(event: 'drain' | 'close', listener: () => void): unknown;
}

/** Resolves when the stream takes more, or is closed. */
async function write(sink: Sink, chunk: Uint8Array): Promise<void> {
	if (sink.write(chunk) || sink.destroyed) return;
	await new Promise<void>((resolve) => {
		const goOn = (): void => {
			for (const event of ['drain', 'close'] as const) sink.off(event, goOn);
			resolve();
		};
		for (const event of ['drain', 'close'] as const) sink.on(event, goOn);
	});
}

function toError(err: unknown): Error {
	return err instanceof Error ? err : new Error(messageOf(err));
}

function invalid(path: string, fault: string, cause?: unknown): SupervisorError {
	return new SupervisorError(`${path} is not a backup: ${fault}`, {
		code: 'BACKUP_INVALID',
		retry: 'never',
		cause,
	});
}

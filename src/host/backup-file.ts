import { createReadStream } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import type { Header } from 'tar-stream';
import { messageOf, SupervisorError } from '../kit/errors.ts';
import { readRawTar, writeRawTar, type RawTarEntry } from '../kit/tar.ts';
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
		archiveOf: (volume) => writeRawTar(entriesOfVolume(path, volume)),
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

interface FoundEntry extends RawTarEntry {
	readonly place: Place | undefined;
}

async function* entriesOfVolume(path: string, volume: string): AsyncGenerator<RawTarEntry> {
	for await (const entry of entriesOf(path)) if (entry.place?.volume === volume) yield entry;
}

/** Every entry in turn; what its reader leaves of one is passed over. */
async function* entriesOf(path: string): AsyncGenerator<FoundEntry> {
	try {
		for await (const { header, chunks } of readRawTar(unzipped(path))) {
			yield { header, chunks, place: placeOf(header.name) };
		}
	} catch (err) {
		if (err instanceof SupervisorError) throw err;
		const isOfDisk = /^E[A-Z]+$/.test(fileCodeOf(err));
		throw isOfDisk ? toHostFailure(`cannot read ${path}`, err) : invalid(path, messageOf(err), err);
	}
}

async function* unzipped(path: string): AsyncGenerator<Uint8Array> {
	const text = createReadStream(path);
	const plain = createGunzip();
	text.once('error', (err) => plain.destroy(err));
	try {
		for await (const chunk of text.pipe(plain)) yield chunk as Uint8Array;
	} finally {
		text.destroy();
	}
}

function invalid(path: string, fault: string, cause?: unknown): SupervisorError {
	return new SupervisorError(`${path} is not a backup: ${fault}`, {
		code: 'BACKUP_INVALID',
		retry: 'never',
		cause,
	});
}

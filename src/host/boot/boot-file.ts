import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import type { BootBackend, BootChange, BootValues } from '../../model/boot-config.ts';
import { writeAtomically, writeInPlace } from '../durable-write.ts';
import { isAbsent, toHostFailure } from '../file-failure.ts';

/** One backend of the boot configuration, on the disk. Its failures are SupervisorErrors or the file system's own. */
export interface BootFile {
	readonly backend: BootBackend;
	/** The device has what the backend needs. */
	isThere(): Promise<boolean>;
	/** By name without prefix: what the device boots with next. */
	read(): Promise<BootValues>;
	/** See ObservedBootFile.defaultDigests: the items themselves. */
	defaults?(): Promise<BootValues>;
	/** It says so on the disk afterwards. */
	change(change: BootChange): Promise<void>;
	/** See BootConfig.prepare. */
	prepare?(): Promise<void>;
}

/** What is to be known of a file of text. Pure. */
export interface BootText {
	readonly backend: BootBackend;
	/** @throws {SupervisorError} CONFIG_INVALID for a text that cannot be taken for such a file */
	readonly read: (text: string) => BootValues;
	/** The text with the change; everything else in it is as it was. @throws {SupervisorError} CONFIG_INVALID */
	readonly edit: (text: string, change: BootChange) => string;
}

/** A backend that is a file of text. @param options.isOptional - the device may be without the file until it is needed */
export function createTextFile(
	{ backend, read, edit }: BootText,
	{ path, isOptional }: { readonly path: string; readonly isOptional: boolean },
): BootFile {
	const load = async (): Promise<Text> => textIn((await contentOf(path)) ?? Buffer.alloc(0));
	return {
		backend,
		isThere: async () => isOptional || (await contentOf(path)) !== undefined,
		read: async () => read((await load()).text),
		async change(change) {
			const { text, encoding } = await load();
			await save(path, Buffer.from(edit(text, change), encoding));
		},
	};
}

interface Text {
	readonly text: string;
	readonly encoding: BufferEncoding;
}

/** A text in an older encoding keeps its bytes. */
function textIn(content: Buffer): Text {
	const encoding = isUtf8(content) ? 'utf8' : 'latin1';
	return { text: content.toString(encoding), encoding };
}

/** @returns undefined when there is no such file. @throws {SupervisorError} HOST_FAILED */
export async function contentOf(path: string): Promise<Buffer | undefined> {
	try {
		return await readFile(path);
	} catch (err) {
		if (isAbsent(err)) return undefined;
		throw toHostFailure(`cannot read ${path}`, err);
	}
}

/** @throws {SupervisorError} HOST_FAILED */
export async function save(path: string, content: string | Buffer): Promise<void> {
	try {
		if (!(await writeAtomically(path, content))) await writeInPlace(path, content);
	} catch (err) {
		throw toHostFailure(`cannot write ${path}`, err);
	}
}

import { readFile, rm, writeFile } from 'node:fs/promises';
import { checkConfigJson, type ConfigJson } from '../config/config-json.ts';
import { isRecord } from '../kit/digest.ts';
import { messageOf, SupervisorError } from '../kit/errors.ts';
import type { Logger } from '../kit/logger.ts';
import { createQueue } from '../kit/queue.ts';
import type { ConfigFile } from '../ports/host.ts';
import { pendingPathOf, writeAtomically, writeInPlace } from './durable-write.ts';
import { fileReason, isAbsent, toHostFailure } from './file-failure.ts';
import { indentOf, parseJsonText } from './json-text.ts';

export interface ConfigFileOptions {
	readonly path: string;
	/** Where the last good content is kept; best on another disk. Default: beside the file, with `.bak` added. */
	readonly copyPath?: string | undefined;
	readonly log: Logger;
}

/** What a file holds, once it is known to be sound. */
interface Content {
	readonly text: string;
	readonly json: Readonly<Record<string, unknown>>;
	readonly config: ConfigJson;
}

type Paths = Required<Pick<ConfigFileOptions, 'path'>> & { readonly copyPath: string };

/**
 * config.json on the disk. A file that a power cut has torn is mended from the pending write or from the copy; one that
 * a person got wrong is refused, with the place, until it is corrected, and then read again.
 */
export function createConfigFile({
	path,
	copyPath,
	log: parentLog,
}: ConfigFileOptions): ConfigFile {
	const log = parentLog.child({ component: 'config-file' });
	const paths = { path, copyPath: copyPath ?? `${path}.bak` };
	const queue = createQueue();
	let current: ConfigJson | undefined;

	const load = async (): Promise<Content> => {
		const content = await readContent(paths, log);
		current = content.config;
		return content;
	};
	const update = async (patch: Readonly<Record<string, unknown>>): Promise<ConfigJson> => {
		const before = await load();
		const json = withoutUndefined({ ...before.json, ...patch });
		const after = contentOf(JSON.stringify(json, null, indentOf(before.text)), json, paths);
		if (after.text !== before.text.trimEnd()) await write(after.text, paths, log);
		current = after.config;
		return after.config;
	};
	return {
		read: () => queue.run(async () => current ?? (await load()).config),
		update: (patch) => queue.run(() => update(patch)),
	};
}

function withoutUndefined(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
	return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

async function readContent(paths: Paths, log: Logger): Promise<Content> {
	const text = await readText(paths.path);
	const parsed = parseJsonText(text ?? '');
	if (parsed.kind === 'json') {
		const content = contentOf(text ?? '', parsed.json, paths);
		// Of a write that was cut off; the file itself is sound, and later contents must not lose to this one.
		await rm(pendingPathOf(paths.path), { force: true }).catch(() => undefined);
		await keepCopy(content.text, paths, log);
		return content;
	}
	if (parsed.kind === 'faulty') {
		throw invalid(`is not JSON at line ${parsed.line}, column ${parsed.column}`, paths);
	}
	const mended = await findCopy(text === undefined, paths);
	if (mended === undefined) throw invalid(text === undefined ? 'is missing' : 'is cut off', paths);
	log.warn({ path: paths.path }, 'config.json was torn: its last good content is put back');
	if (text !== undefined) await writeFile(`${paths.path}.damaged`, text).catch(() => undefined);
	await write(mended.text, paths, log).catch((err: unknown) =>
		log.warn({ err }, 'config.json cannot be written'),
	);
	return mended;
}

/** @returns undefined when there is no file */
async function readText(path: string): Promise<string | undefined> {
	try {
		return await readFile(path, 'utf8');
	} catch (err) {
		if (isAbsent(err)) return undefined;
		throw new SupervisorError(`config.json cannot be read from ${path}: ${fileReason(err)}`, {
			code: 'CONFIG_INVALID',
			cause: err,
		});
	}
}

/** @throws {SupervisorError} CONFIG_INVALID with every fault */
function contentOf(text: string, json: unknown, { path }: Paths): Content {
	const checked = checkConfigJson(json);
	if (checked.ok && isRecord(json)) return { text, json, config: checked.config };
	const problems = checked.ok ? [] : checked.problems;
	throw new SupervisorError(`${problems.join('; ')}. Correct ${path}; it is read again.`, {
		code: 'CONFIG_INVALID',
	});
}

function invalid(fault: string, { path }: Paths): SupervisorError {
	return new SupervisorError(`config.json ${fault}. Correct ${path}; it is read again.`, {
		code: 'CONFIG_INVALID',
	});
}

/**
 * The newest sound content beside the file.
 * @param isMissing - the file is not there at all: only a write that was cut off may bring it back, as somebody may
 * have removed it on purpose
 */
async function findCopy(isMissing: boolean, paths: Paths): Promise<Content | undefined> {
	const candidates = [pendingPathOf(paths.path), ...(isMissing ? [] : [paths.copyPath])];
	for (const candidate of candidates) {
		const text = await readText(candidate).catch(() => undefined);
		const parsed = parseJsonText(text ?? '');
		const checked = parsed.kind === 'json' && checkConfigJson(parsed.json);
		if (checked && checked.ok) return contentOf(text ?? '', parsed.json, paths);
	}
	return undefined;
}

async function write(text: string, paths: Paths, log: Logger): Promise<void> {
	try {
		if (!(await writeAtomically(paths.path, text))) {
			await keepCopy(text, paths, log);
			await writeInPlace(paths.path, text);
			return;
		}
	} catch (err) {
		throw toHostFailure(`cannot write ${paths.path}`, err);
	}
	await keepCopy(text, paths, log);
}

/** The copy has this text afterwards, where that can be done. */
async function keepCopy(text: string, { copyPath }: Paths, log: Logger): Promise<void> {
	try {
		if ((await readText(copyPath)) === text) return;
		if (!(await writeAtomically(copyPath, text))) await writeInPlace(copyPath, text);
	} catch (err) {
		log.debug({ copyPath, reason: messageOf(err) }, 'no copy of config.json can be kept');
	}
}

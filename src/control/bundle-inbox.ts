import type { Clock } from '../kit/clock.ts';
import { hasCode, messageOf } from '../kit/errors.ts';
import { aborted, type Job } from '../kit/job.ts';
import type { Logger } from '../kit/logger.ts';
import type { BundleFile, BundleFolder } from '../ports/bundle-file.ts';
import type { BundleImports } from './import-bundle.ts';

export interface BundleInboxDeps {
	/** Looked at in order. */
	readonly folders: readonly BundleFolder[];
	readonly imports: BundleImports;
	/** Why no bundle that lies there is imported; undefined: they are. */
	readonly obstacle: () => Promise<string | undefined>;
	/** Pause before another attempt where the engine or the database was away, in milliseconds. */
	readonly retryDelayMs: number;
	readonly clock: Pick<Clock, 'sleep'>;
	/** Tells people something: a system message. */
	readonly announce: (message: string) => void;
	readonly log: Logger;
}

/**
 * Imports the bundles that lie in folders of the device, once after each start, and renames them. One that is not good is
 * told and stays; it holds nothing else back.
 */
export function createBundleInbox(deps: BundleInboxDeps): Job {
	return {
		name: 'bundle inbox',
		async run(signal) {
			await importAll(deps, signal).catch((err: unknown) => {
				if (!signal.aborted) deps.log.error({ err }, 'bundles on the disk are left alone');
			});
			await aborted(signal);
		},
	};
}

async function importAll(deps: BundleInboxDeps, signal: AbortSignal): Promise<void> {
	const files = (await Promise.all(deps.folders.map((folder) => folder.list()))).flat();
	for (const file of files) await importPatiently(file, deps, signal);
}

async function importPatiently(
	file: BundleFile,
	deps: BundleInboxDeps,
	signal: AbortSignal,
): Promise<void> {
	const { announce, clock, retryDelayMs } = deps;
	const reason = await deps.obstacle();
	if (reason !== undefined) {
		announce(`Not imported: ${file.path}. ${reason}`);
		return;
	}
	for (let said = ''; ;) {
		try {
			await importOne(file, deps, signal);
			return;
		} catch (err) {
			signal.throwIfAborted();
			if (messageOf(err) !== said) announce(`Cannot import ${file.path}: ${messageOf(err)}`);
			said = messageOf(err);
			// Anything else would read the whole file again and again.
			if (!hasCode(err, 'ENGINE_UNAVAILABLE') && !hasCode(err, 'STORE_FAILED')) return;
		}
		await clock.sleep(retryDelayMs, signal);
	}
}

async function importOne(
	file: BundleFile,
	{ imports, announce, log }: BundleInboxDeps,
	signal: AbortSignal,
): Promise<void> {
	const { name } = await imports.importBundle(file.read(), { force: false, signal });
	await file.retire().catch((err: unknown) => {
		log.warn({ err, path: file.path }, 'bundle is imported, but its file stays');
	});
	announce(`Imported ${name} from ${file.path}`);
}

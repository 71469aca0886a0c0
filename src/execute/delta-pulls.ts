import type { Clock } from '../kit/clock.ts';
import { digestOf } from '../kit/digest.ts';
import { abortReason, hasCode, SupervisorError } from '../kit/errors.ts';
import { linkAbort } from '../kit/linked-abort.ts';
import type { Logger } from '../kit/logger.ts';
import { createSlots } from '../kit/slots.ts';
import { findImage, listedReference } from '../model/image-reference.ts';
import type { DeltaAnswer, DeltaServer } from '../ports/cloud.ts';
import type { ContainerEngine } from '../ports/container-engine.ts';
import { createDeltaBook, type DeltaBook, type DeltaPatience } from './delta-book.ts';

export interface DeltaPullsDeps {
	readonly engine: Pick<ContainerEngine, 'listImages' | 'removeImage' | 'tagImage'>;
	readonly server: DeltaServer;
	readonly patience: () => DeltaPatience;
	readonly clock: Pick<Clock, 'sleep'>;
	readonly log: Logger;
}

/** An image that may be made of a delta. */
export interface DeltaPull {
	readonly image: string;
	readonly source: string;
	readonly signal: AbortSignal;
	/** Pulls the delta. */
	readonly pullDelta: (name: string, token: string, signal: AbortSignal) => Promise<void>;
	/** Pulls the image under its own name: what of it the engine has is not fetched again. */
	readonly pullWhole: () => Promise<void>;
	/** This name of an image is ours from now on, so that it goes even if this process does not see to it. */
	readonly remember: (name: string) => Promise<void>;
	/** The name is gone. */
	readonly forget: (name: string) => Promise<void>;
}

/** Pulls of images that others on the device are like. */
export interface DeltaPulls {
	/**
	 * The image is on the device under its own name, and no name of the delta is: the engine takes the delta, which leaves
	 * the image behind, and is then told to pull the image itself. It compares the digests, finds that it has everything,
	 * or fetches what is lacking. Whatever goes wrong with a delta, the image is pulled whole. Three at a time.
	 * @throws {SupervisorError} DELTA_PENDING while the server is still making the delta; what ends the pull itself
	 */
	run(pull: DeltaPull): Promise<void>;
}

/** The name of what a delta has brought of an image, until it has its own. */
export function holderNameOf(image: string): string {
	return `holdfast-delta:${digestOf(image).slice(0, 16)}`;
}

const atOnce = 3;
const attempts = 3;
const firstPauseMs = 1000;
const never = new AbortController().signal;

type Ready = Extract<DeltaAnswer, { kind: 'ready' }>;

export function createDeltaPulls(deps: DeltaPullsDeps): DeltaPulls {
	const slots = createSlots(atOnce);
	const book = createDeltaBook();
	return {
		run: (pull) =>
			slots.run(pull.signal, async () => {
				const delta = await askFor(pull, { ...deps, book });
				if (delta !== undefined) return withDelta(pull, delta, { ...deps, book });
				await pull.pullWhole();
				book.arrived(pull.image);
			}),
	};
}

interface Parts extends DeltaPullsDeps {
	readonly book: DeltaBook;
}

/** @returns undefined when there is no delta */
async function askFor(
	{ image, source, signal }: DeltaPull,
	{ server, patience, book, log }: Parts,
): Promise<Ready | undefined> {
	if (!book.isWorthAsking(image)) return undefined;
	const answer = await server.ask({ image, source }, signal);
	if (answer.kind === 'ready') return answer;
	if (answer.kind === 'none') {
		if (answer.isLasting) book.giveUp(image);
		log.info({ image, source, reason: answer.reason }, 'no delta, the image is pulled whole');
		return undefined;
	}
	const retryAfterMs = book.processing(image, patience(), answer.retryAfterMs);
	if (retryAfterMs === undefined) {
		log.warn({ image, source }, 'a delta is not made in time, the image is pulled whole');
		return undefined;
	}
	throw new SupervisorError(`The delta server is still making the delta of ${image}`, {
		code: 'DELTA_PENDING',
		retryAfterMs,
	});
}

async function withDelta(pull: DeltaPull, delta: Ready, parts: Parts): Promise<void> {
	const { engine, book, log } = parts;
	const { image, source } = pull;
	const holder = holderNameOf(image);
	const isOurs = await isNewName(delta.name, pull, engine);
	if (isOurs) await pull.remember(delta.name);
	await pull.remember(holder);
	try {
		const isTaken = await isTakenByEngine(pull, { ...delta, holder }, parts).finally(() =>
			isOurs ? drop(delta.name, pull, parts) : undefined,
		);
		await pull.pullWhole().catch((err: unknown) => {
			if (!isTaken && hasCode(err, 'IMAGE_PULL_FAILED')) book.forgive(image);
			throw err;
		});
		if (!isTaken) {
			book.arrived(image);
			return;
		}
		const images = await engine.listImages(never);
		const wasUseful =
			findImage(images, image)?.engineImageId === findImage(images, holder)?.engineImageId;
		book.arrived(image, wasUseful);
		if (wasUseful) log.info({ image, source }, 'image made of a delta');
		else log.warn({ image, source }, 'the engine made another image of a delta');
	} finally {
		await drop(holder, pull, parts);
	}
}

/** A name that somebody else wants, or has, is not ours to take away. */
async function isNewName(
	name: string,
	{ image }: DeltaPull,
	engine: DeltaPullsDeps['engine'],
): Promise<boolean> {
	if (listedReference(name) === listedReference(image)) return false;
	return findImage(await engine.listImages(never), name) === undefined;
}

/**
 * The image of the delta has a further name afterwards, in a repository of its own: whoever takes a tag away takes the
 * digests of the same repository along, so that the delta's own name has to go before the image is pulled by its digest.
 * @returns false when the image is to be pulled whole
 */
async function isTakenByEngine(
	pull: DeltaPull,
	{ name, token, holder }: Ready & { readonly holder: string },
	{ engine, book, clock, log, patience }: Parts,
): Promise<boolean> {
	const { image, source, signal } = pull;
	const { applyTimeoutMs } = patience();
	try {
		const work = (limited: AbortSignal): Promise<void> =>
			persistently(() => pull.pullDelta(name, token, limited), limited, clock);
		await within(applyTimeoutMs, { signal, clock, work });
		await engine.tagImage(name, holder, never);
		return true;
	} catch (err) {
		if (signal.aborted) throw abortReason(signal);
		if (hasCode(err, 'ENGINE_UNAVAILABLE')) throw err;
		book.giveUp(image);
		log.warn({ err, image, source }, 'a delta cannot be used, the image is pulled whole');
		if (hasCode(err, 'NO_SPACE')) throw err;
		return false;
	}
}

/** Networks fail for a moment; one attempt that succeeds is enough. */
async function persistently(
	work: () => Promise<void>,
	signal: AbortSignal,
	clock: Pick<Clock, 'sleep'>,
): Promise<void> {
	for (let failed = 1; ; failed += 1) {
		try {
			await work();
			return;
		} catch (err) {
			const isPassing = hasCode(err, 'IMAGE_PULL_FAILED');
			if (signal.aborted || !isPassing || failed === attempts) throw err;
			await clock.sleep(firstPauseMs * 2 ** (failed - 1), signal);
		}
	}
}

interface Limited {
	readonly signal: AbortSignal;
	readonly clock: Pick<Clock, 'sleep'>;
	readonly work: (signal: AbortSignal) => Promise<void>;
}

/** @param limitMs - 0 for no limit */
async function within(limitMs: number, { signal, clock, work }: Limited): Promise<void> {
	if (limitMs === 0) {
		await work(signal);
		return;
	}
	const own = linkAbort(signal);
	const over = linkAbort(signal);
	const late = new Error(`not done within ${limitMs} ms`);
	const watch = clock.sleep(limitMs, over.signal).then(
		() => own.abort(late),
		() => undefined, // it has ended before
	);
	try {
		await work(own.signal);
	} finally {
		own.unlink();
		over.unlink();
		over.abort();
		await watch;
	}
}

/** What cannot be taken away now goes with the images that nobody uses. */
async function drop(
	name: string,
	{ forget }: DeltaPull,
	{ engine, log }: Pick<Parts, 'engine' | 'log'>,
): Promise<void> {
	try {
		await engine.removeImage(name, never);
		await forget(name);
	} catch (err) {
		log.warn({ err, image: name }, 'a name that was for a delta only could not be removed');
	}
}

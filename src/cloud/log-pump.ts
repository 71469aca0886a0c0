import type { Clock } from '../kit/clock.ts';
import type { Waker } from '../kit/waker.ts';
import type { LogSpool } from '../ports/log-spool.ts';
import type { LineBuffer } from '../report/line-buffer.ts';
import type { LogDeliveries } from './log-deliveries.ts';
import { encodeLogLine } from './log-line-text.ts';
import type { LogWatch } from './log-watch.ts';
import type { LogWriter } from './log-writer.ts';

export interface LogPumpDeps {
	readonly writer: LogWriter;
	readonly buffer: LineBuffer;
	readonly spool: LogSpool;
	readonly deliveries: LogDeliveries;
	readonly watch: LogWatch;
	/** Woken when the first line comes, and when there are many. */
	readonly waker: Waker;
	/** Fewer lines are left until the next flush. */
	readonly muchBytes: number;
	/** False: nothing more is to be sent. */
	readonly isWanted: () => boolean;
	/** Called when lines were taken out of the buffer. */
	readonly onTaken: () => void;
	/** Called when nothing is left to be sent, for the moment. */
	readonly onIdle: () => void;
	/** Called with lines that the spool dropped. */
	readonly onLost: (lines: number) => void;
	readonly clock: Clock;
	readonly signal: AbortSignal;
}

/** A stream without lines is closed after this time, in milliseconds. */
const idleMs = 60_000;
/** While the other side acknowledges nothing, it is given nothing more; pause between two looks, in milliseconds. */
const silenceMs = 1000;
/** Lines are handed on in pieces of this size, and as many at a time, before older ones have their turn. */
const pieceBytes = 64 * 1024;
const turnBytes = 256 * 1024;
/** Lines on the disk that are so few, as compressed, are sent before new ones. */
const fewBytes = 64 * 1024;

/**
 * Sends new lines as they come, and between them, a batch at a time, those that waited on the disk: neither holds up the
 * other. Resolves when there were no lines for a minute, or when they are not wanted any more.
 * @throws {Error} when the other side takes nothing; the signal's reason
 */
export async function pumpLogs(deps: LogPumpDeps): Promise<void> {
	const { writer, buffer, spool, waker, watch, isWanted, onIdle, clock, signal } = deps;
	await sendKept(deps);
	let writtenAtMs = clock.monotonicMs();
	while (isWanted()) {
		const isSilent = await watch.isSilent();
		await confirm(deps);
		if (isSilent) {
			await clock.sleep(silenceMs, signal);
		} else if (buffer.isEmpty && spool.isEmpty && writer.isFlushed) {
			onIdle();
			const restMs = writtenAtMs + idleMs - clock.monotonicMs();
			if (restMs <= 0) return;
			await waker.wait(pauseOf(deps, restMs), signal);
		} else if (writer.flushDueMs > 0 && isLittle(deps)) {
			await waker.wait(writer.flushDueMs, signal);
		} else {
			await takeTurn(deps);
			writtenAtMs = clock.monotonicMs();
		}
	}
}

/**
 * If few lines are on the disk: they came while it was not clear yet whether the stream is good, and newer ones are in the
 * buffer. One that is on its way to the disk only now is waited for.
 */
async function sendKept(deps: LogPumpDeps): Promise<void> {
	const { spool, writer, isWanted } = deps;
	if (!isWanted() || spool.sizeBytes > fewBytes) return;
	await tellLoss(deps);
	for (let kept = await spool.next(); kept !== undefined; kept = await spool.next())
		await writer.writeSpooled(kept);
	writer.flushIfDue();
}

/** Lines that have not arrived for sure want to be looked after. */
function pauseOf({ deliveries }: LogPumpDeps, restMs: number): number {
	return deliveries.isEmpty ? restMs : Math.min(restMs, deliveries.trialMs);
}

/** What came is shown to nobody before the next flush: more of it is gathered meanwhile. */
function isLittle({ buffer, spool, muchBytes }: LogPumpDeps): boolean {
	return spool.isEmpty && buffer.sizeBytes < muchBytes;
}

async function confirm({ deliveries, spool, watch }: LogPumpDeps): Promise<void> {
	const arrived = deliveries.settle(watch.goodAtMs);
	if (arrived !== undefined) await spool.confirm(arrived);
}

async function takeTurn(deps: LogPumpDeps): Promise<void> {
	const { writer, buffer, spool, onTaken } = deps;
	for (let taken = 0; taken < turnBytes && !buffer.isEmpty;) {
		const piece = buffer.take(pieceBytes);
		if (piece === undefined) break;
		taken += piece.bytes;
		onTaken();
		await writer.write(piece);
	}
	await tellLoss(deps);
	const batch = spool.isEmpty ? undefined : await spool.next();
	if (batch !== undefined) await writer.writeSpooled(batch);
	writer.flushIfDue();
}

/** Of lines that the disk had no room for. */
async function tellLoss({ writer, spool, onLost, clock }: LogPumpDeps): Promise<void> {
	const lost = spool.takeDropped();
	if (lost === 0) return;
	onLost(lost);
	await writer.write(lossOf(lost, clock));
}

function lossOf(count: number, clock: Clock): { text: string; bytes: number; lines: number } {
	const text = encodeLogLine({
		message: `Warning: Suppressed ${count} message(s) for want of room while the cloud was away`,
		timestampMs: clock.now().getTime(),
		isSystem: true,
		isStdErr: true,
	});
	return { text, bytes: Buffer.byteLength(text), lines: 0 };
}

import type { Clock } from '../kit/clock.ts';
import { messageOf } from '../kit/errors.ts';
import { createGate } from '../kit/gate.ts';
import type { Job } from '../kit/job.ts';
import { linkAbort, type LinkedAbort } from '../kit/linked-abort.ts';
import { createWaker } from '../kit/waker.ts';
import type { BootConfig } from '../ports/boot-config.ts';
import { createAttempts, type AttemptsDeps } from './attempts.ts';
import { createBootLook, type BootLookDeps } from './boot-look.ts';

export interface BootWorkerDeps
	extends Omit<AttemptsDeps, 'clock'>, Omit<BootLookDeps, 'attempts' | 'bootConfig'> {
	readonly bootConfig: Pick<BootConfig, 'observe' | 'prepare'>;
	readonly clock: Clock;
	/** Resolves when looks may begin, or when the signal fires. */
	readonly untilFree: (signal: AbortSignal) => Promise<void>;
	/** It came to rest, or pauses: a reboot may be due. */
	readonly onRest: () => void;
}

/**
 * Makes the device boot as the variables of the target say. Apps wait until that was tried once for a new target; what
 * fails then is tried again, ever more seldom, and keeps no app waiting.
 */
export interface BootWorker extends Job {
	/** The target is another one: looks at it. Until it has, apps wait. */
	attend(): void;
	/** Ends the pause after a failure. */
	retryNow(): void;
	/** Begins no further step of the plan under way. */
	interrupt(): void;
	/** Resolves when the last target was looked at, or half a minute later, or when the signal fires. */
	untilAttended(signal: AbortSignal): Promise<void>;
	/** Nothing is done at this moment, nor waits to be. */
	readonly isQuiet: boolean;
}

/** A disk that does not answer holds no app back for longer. */
const patienceMs = 30_000;

/** For waits that reject only when their signal fires. */
const ignore = (): void => undefined;

export function createBootWorker(deps: BootWorkerDeps): BootWorker {
	const attempts = createAttempts(deps);
	const waker = createWaker(deps.clock);
	const attendance = createAttendance();
	const lookOnce = createSingleLook({ ...deps, attempts }, attendance);
	return {
		name: 'boot config',
		attend() {
			attendance.ask();
			attempts.cutShort();
			waker.wake();
		},
		retryNow() {
			if (attempts.failures === 0) return;
			attempts.cutShort();
			waker.wake();
		},
		interrupt: () => lookOnce.interrupt(),
		untilAttended: (signal) => attendance.untilPaid(signal),
		get isQuiet() {
			return attendance.isPaid && !lookOnce.isRunning;
		},
		async run(signal) {
			const prepared = prepare(deps);
			let pauseMs = Infinity;
			while (!signal.aborted) {
				if (pauseMs > 0) await waker.wait(pauseMs, signal).catch(ignore);
				await deps.untilFree(signal);
				if (isOver(signal)) break;
				pauseMs = await lookOnce.run(signal);
				if (pauseMs > 0) deps.onRest();
			}
			await prepared;
		},
	};
}

/** A failure is told and not repeated: nothing would be otherwise before the next boot. */
async function prepare({ bootConfig, announce, log }: BootWorkerDeps): Promise<void> {
	await bootConfig.prepare().catch((err: unknown) => {
		log.error({ err }, 'boot configuration cannot be put into effect');
		announce(`Error setting boot config: ${messageOf(err)}`);
	});
}

/** Read anew: it may have fired meanwhile. */
function isOver(signal: AbortSignal): boolean {
	return signal.aborted;
}

/** Who waits for a look at a target, and whether it was looked at. */
interface Attendance {
	ask(): void;
	/** Times it was asked for. */
	readonly turn: number;
	readonly isPaid: boolean;
	pay(): void;
	untilPaid(signal: AbortSignal): Promise<void>;
}

function createAttendance(): Attendance {
	let gate = createGate();
	gate.open();
	let turn = 0;
	return {
		ask() {
			turn += 1;
			if (gate.isOpen) gate = createGate();
		},
		get turn() {
			return turn;
		},
		get isPaid() {
			return gate.isOpen;
		},
		pay: () => gate.open(),
		async untilPaid(signal) {
			while (!gate.isOpen && !signal.aborted) await gate.passed(signal).catch(ignore);
		},
	};
}

interface SingleLook {
	readonly isRunning: boolean;
	interrupt(): void;
	/** @returns see BootLook */
	run(signal: AbortSignal): Promise<number>;
}

function createSingleLook(
	deps: BootWorkerDeps & Pick<BootLookDeps, 'attempts'>,
	attendance: Attendance,
): SingleLook {
	const { clock, attempts } = deps;
	const log = deps.log.child({ component: 'boot-config' });
	const look = createBootLook({ ...deps, log });
	let running: LinkedAbort | undefined;
	const failed = (err: unknown, signal: AbortSignal): number => {
		if (signal.aborted) return 0;
		const retryInMs = attempts.failed(['look'], { message: messageOf(err) });
		log.warn({ err, retryInMs }, 'boot configuration could not be looked at, will retry');
		return retryInMs;
	};
	return {
		get isRunning() {
			return running !== undefined;
		},
		interrupt: () => running?.abort(),
		async run(signal) {
			const own = linkAbort(signal);
			running = own;
			const { turn } = attendance;
			const patience = clock.sleep(patienceMs, own.signal).then(() => attendance.pay(), ignore);
			const pauseMs = await look(own.signal).catch((err: unknown) => failed(err, own.signal));
			own.unlink();
			own.abort();
			await patience;
			running = undefined;
			if (turn !== attendance.turn) return 0;
			if (pauseMs > 0) attendance.pay();
			return pauseMs;
		},
	};
}

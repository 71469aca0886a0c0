import { backoffMs, withJitter } from '../kit/backoff.ts';
import type { Clock } from '../kit/clock.ts';
import { hasCode } from '../kit/errors.ts';
import { createGate, type Gate } from '../kit/gate.ts';
import type { Job } from '../kit/job.ts';
import type { Logger } from '../kit/logger.ts';
import type { Random } from '../kit/random.ts';
import { createWaker } from '../kit/waker.ts';
import type { ContainerEngine } from '../ports/container-engine.ts';

export interface EngineGateDeps {
	readonly engine: Pick<ContainerEngine, 'ping'>;
	readonly clock: Clock;
	readonly random: Pick<Random, 'fraction'>;
	readonly log: Logger;
}

/** Closed while the engine does not answer; one pinger finds out for everybody when it does again. */
export interface EngineGate extends Job {
	readonly isOpen: boolean;
	/** Asks the engine once and closes the gate when it does not answer. @returns true when it answers */
	probe(signal: AbortSignal): Promise<boolean>;
	/** Resolves when the gate is open or the signal fires; needs the job to run. */
	untilOpen(signal: AbortSignal): Promise<void>;
	/** Runs a reading call; closes the gate when it finds the engine gone. */
	guard<T>(work: Promise<T>): Promise<T>;
}

/** For waits that only reject when their signal fires, where the loop looks at the signal itself. */
const ignore = (): void => undefined;

const pingLimits = { minMs: 250, maxMs: 5_000 };
/** An engine that goes again sooner is asked ever less often. */
const steadyAfterMs = 60_000;

export function createEngineGate(deps: EngineGateDeps): EngineGate {
	const { engine, clock, log } = deps;
	const closing = createWaker(clock);
	const pings = { failures: 0, openedAtMs: -Infinity };
	let outage: Gate | undefined; // there is one while the engine is away; it opens when the engine is back

	const close = (err: unknown): void => {
		if (outage !== undefined) return;
		outage = createGate();
		if (clock.monotonicMs() - pings.openedAtMs > steadyAfterMs) pings.failures = 0;
		log.warn({ err }, 'container engine does not answer');
		closing.wake();
	};
	const open = (): void => {
		log.info({}, 'container engine answers again');
		pings.openedAtMs = clock.monotonicMs();
		outage?.open();
		outage = undefined;
	};
	return {
		name: 'engine gate',
		get isOpen() {
			return outage === undefined;
		},
		async probe(signal) {
			const err = await pingOnce(engine, signal);
			if (err !== undefined && !signal.aborted) close(err);
			return err === undefined;
		},
		async untilOpen(signal) {
			await outage?.passed(signal).catch(ignore);
		},
		async guard(work) {
			try {
				return await work;
			} catch (err) {
				if (hasCode(err, 'ENGINE_UNAVAILABLE')) close(err);
				throw err;
			}
		},
		async run(signal) {
			while (!signal.aborted) {
				await closing.wait(Infinity, signal).catch(ignore);
				if (outage !== undefined && (await pingUntilUp(pings, deps, signal))) open();
			}
		},
	};
}

/** @returns false when the signal fired before the engine answered */
async function pingUntilUp(
	pings: { failures: number },
	{ engine, clock, random }: EngineGateDeps,
	signal: AbortSignal,
): Promise<boolean> {
	while (!signal.aborted) {
		const pauseMs = withJitter(backoffMs(pings.failures, pingLimits), 0.2, random.fraction());
		await clock.sleep(pauseMs, signal).catch(ignore);
		pings.failures += 1;
		if ((await pingOnce(engine, signal)) === undefined) return true;
	}
	return false;
}

/** @returns what kept it from answering, if it did not */
function pingOnce(engine: EngineGateDeps['engine'], signal: AbortSignal): Promise<unknown> {
	return engine.ping(signal).then(
		() => undefined,
		(err: unknown) => err,
	);
}

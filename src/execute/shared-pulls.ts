import type { Clock } from '../kit/clock.ts';
import { abortReason } from '../kit/errors.ts';
import { linkAbort, type LinkedAbort } from '../kit/linked-abort.ts';
import type { RegistryAuth } from '../ports/cloud.ts';
import type { ContainerEngine, PullOptions } from '../ports/container-engine.ts';
import type { DiskSpace } from '../ports/host.ts';
import type { DeltaPull, DeltaPulls } from './delta-pulls.ts';
import { createSpaceGuard } from './space-guard.ts';

/** What an image may be made of. */
export type DeltaOrder = Pick<DeltaPull, 'source' | 'remember' | 'forget'>;

/** Somebody who wants an image. */
export interface PullWaiter {
	/** The platform the image is wanted for; of a pull that is under way the first one's counts. */
	readonly platform?: string | undefined;
	/** Absent: it is pulled whole; here, too, the first one's counts. */
	readonly delta?: DeltaOrder | undefined;
	/** Ends this wait; the pull itself goes on while another waits for it. */
	readonly signal: AbortSignal;
	/** Called with 0 to 100, an integer, never falling. */
	readonly onProgress: (percent: number) => void;
}

/** Pulls of images, one per image at a time, however many want it. */
export interface SharedPulls {
	/** The image is on the device afterwards; see DeltaPulls.run for DELTA_PENDING. Rejects with the signal's reason when this waiter leaves before. */
	pull(image: string, waiter: PullWaiter): Promise<void>;
	/** Stops every pull that nobody waits for any more; resolves when they have ended. */
	drain(): Promise<void>;
}

export interface SharedPullsDeps {
	readonly engine: Pick<ContainerEngine, 'pullImage'>;
	readonly registryAuth: RegistryAuth;
	readonly clock: Clock;
	/**
	 * How long a pull goes on after its last waiter left, in milliseconds, so that a changed plan that wants the same
	 * image finds it under way. Default 5000.
	 */
	readonly lingerMs?: number;
	/** See SpaceGuardDeps. */
	readonly space?: DiskSpace | undefined;
	/** Absent: every image is pulled whole. */
	readonly deltas?: DeltaPulls | undefined;
}

interface Flight {
	readonly stop: AbortController;
	readonly waiters: Set<PullWaiter>;
	/** The wait for a new waiter, while there is none. */
	linger?: LinkedAbort;
	percent: number;
	landed: Promise<void>;
}

const ignore = (): void => undefined;

export function createSharedPulls(deps: SharedPullsDeps): SharedPulls {
	const flights = new Map<string, Flight>();

	const launch = (image: string, waiter: PullWaiter): Flight => {
		const flight = takeOff({ image, ...waiter }, deps, () => void flights.delete(image));
		flights.set(image, flight);
		return flight;
	};

	const board = async (image: string, waiter: PullWaiter): Promise<Flight> => {
		for (;;) {
			const flight = flights.get(image);
			if (flight === undefined) return launch(image, waiter);
			if (!flight.stop.signal.aborted) return flight;
			await flight.landed.catch(ignore);
		}
	};

	return {
		async pull(image, waiter) {
			if (waiter.signal.aborted) throw abortReason(waiter.signal);
			const flight = await board(image, waiter);
			flight.waiters.add(waiter);
			flight.linger?.abort();
			if (flight.percent > 0) waiter.onProgress(flight.percent);
			try {
				await untilAborted(flight.landed, waiter.signal);
			} finally {
				flight.waiters.delete(waiter);
				if (flight.waiters.size === 0) void linger(flight, deps); // ends with the flight, which drain() waits for
			}
		},
		async drain() {
			const idle = [...flights.values()].filter(({ waiters }) => waiters.size === 0);
			for (const flight of idle) flight.stop.abort();
			await Promise.allSettled(idle.map(({ landed }) => landed));
		},
	};
}

type Order = Pick<PullWaiter, 'platform' | 'delta'> & { readonly image: string };

/** Begins a pull. @param onLanded - called when it has ended, however it ended */
function takeOff(order: Order, deps: SharedPullsDeps, onLanded: () => void): Flight {
	const flight: Flight = {
		stop: new AbortController(),
		waiters: new Set(),
		percent: 0,
		landed: Promise.resolve(),
	};
	flight.landed = fly(order, flight, deps).finally(onLanded);
	return flight;
}

async function fly(
	{ image, platform, delta }: Order,
	flight: Flight,
	{ engine, registryAuth, clock, space, deltas }: SharedPullsDeps,
): Promise<void> {
	const { signal: stop } = flight.stop;
	const guard = createSpaceGuard({ space, clock });
	const pull = (
		reference: string,
		access: Partial<PullOptions>,
		mostPercent = 100,
	): Promise<void> =>
		guard.run(reference, access.signal ?? stop, (signal) =>
			engine.pullImage(reference, {
				...access,
				...{ platform, signal },
				onProgress: (percent) => tell(flight, Math.min(percent, mostPercent)),
			}),
		);
	const pullWhole = async (): Promise<void> =>
		pull(image, { credentials: await registryAuth.credentialsFor(image) });
	if (deltas === undefined || delta === undefined) return pullWhole();
	await deltas.run({
		...{ ...delta, image, signal: stop, pullWhole },
		pullDelta: (name, registryToken, signal) => pull(name, { registryToken, signal }, 99),
	});
}

function tell(flight: Flight, percent: number): void {
	flight.percent = Math.max(flight.percent, percent);
	for (const waiter of flight.waiters) waiter.onProgress(flight.percent);
}

/** Stops a flight that nobody joins for a while. */
async function linger(flight: Flight, { clock, lingerMs = 5000 }: SharedPullsDeps): Promise<void> {
	const over = linkAbort(flight.stop.signal);
	flight.linger = over;
	await Promise.race([clock.sleep(lingerMs, over.signal), flight.landed]).catch(ignore);
	over.unlink();
	over.abort();
	if (flight.waiters.size === 0) flight.stop.abort();
}

/** The work's result; rejects with the signal's reason when that fires first. The work itself goes on. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
	return new Promise((resolve, reject) => {
		const leave = (): void => reject(abortReason(signal));
		if (signal.aborted) leave();
		signal.addEventListener('abort', leave, { once: true });
		work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
	});
}

import type { Clock } from '../kit/clock.ts';
import { abortReason } from '../kit/errors.ts';
import { linkAbort, type LinkedAbort } from '../kit/linked-abort.ts';
import type { RegistryAuth } from '../ports/cloud.ts';
import type { ContainerEngine } from '../ports/container-engine.ts';
import type { DiskSpace } from '../ports/host.ts';
import { createSpaceGuard } from './space-guard.ts';

/** Somebody who wants an image. */
export interface PullWaiter {
	/** The platform the image is wanted for; of a pull that is under way the first one's counts. */
	readonly platform?: string | undefined;
	/** Ends this wait; the pull itself goes on while another waits for it. */
	readonly signal: AbortSignal;
	/** Called with 0 to 100, an integer, never falling. */
	readonly onProgress: (percent: number) => void;
}

/** Pulls of images, one per image at a time, however many want it. */
export interface SharedPulls {
	/** The image is on the device afterwards. Rejects with the signal's reason when this waiter leaves before. */
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

	const launch = (image: string, platform: string | undefined): Flight => {
		const flight = takeOff({ image, platform }, deps, () => void flights.delete(image));
		flights.set(image, flight);
		return flight;
	};

	const board = async (image: string, platform: string | undefined): Promise<Flight> => {
		for (;;) {
			const flight = flights.get(image);
			if (flight === undefined) return launch(image, platform);
			if (!flight.stop.signal.aborted) return flight;
			await flight.landed.catch(ignore);
		}
	};

	return {
		async pull(image, waiter) {
			if (waiter.signal.aborted) throw abortReason(waiter.signal);
			const flight = await board(image, waiter.platform);
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

/** Begins a pull. @param onLanded - called when it has ended, however it ended */
function takeOff(
	{ image, platform }: { readonly image: string; readonly platform: string | undefined },
	{ engine, registryAuth, clock, space }: SharedPullsDeps,
	onLanded: () => void,
): Flight {
	const flight: Flight = {
		stop: new AbortController(),
		waiters: new Set(),
		percent: 0,
		landed: Promise.resolve(),
	};
	const fly = async (): Promise<void> => {
		const credentials = await registryAuth.credentialsFor(image);
		const onProgress = (percent: number): void => {
			flight.percent = Math.max(flight.percent, percent);
			for (const waiter of flight.waiters) waiter.onProgress(flight.percent);
		};
		await createSpaceGuard({ space, clock }).run(image, flight.stop.signal, (signal) =>
			engine.pullImage(image, { credentials, platform, signal, onProgress }),
		);
	};
	flight.landed = fly().finally(onLanded);
	return flight;
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

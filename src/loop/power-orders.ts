import type { Clock } from '../kit/clock.ts';
import { messageOf, UpdatesLockedError } from '../kit/errors.ts';
import type { Job } from '../kit/job.ts';
import type { Logger } from '../kit/logger.ts';
import { createQueue } from '../kit/queue.ts';
import { createWaker } from '../kit/waker.ts';
import type { HostPower, PowerOrder } from '../ports/host.ts';
import { takeAllLocks, type AllLocksDeps } from './all-locks.ts';

export interface PowerOrdersDeps extends AllLocksDeps {
	readonly power: HostPower;
	/** Keeps the loop from beginning anything. @returns lets it go on */
	readonly hold: () => () => void;
	/** Tells people something: a system message. */
	readonly announce: (message: string) => void;
	readonly clock: Clock;
	readonly log: Logger;
}

export interface OrderOptions {
	/** Go ahead although locks are held or the operating system is being updated. */
	readonly force: boolean;
	/** Done when nothing stands in the way any more; its failure calls the order off. */
	readonly before?: (() => Promise<void>) | undefined;
}

/** Takes the device down, for people and for itself. */
export interface PowerOrders extends Job {
	/**
	 * All update locks of all apps are ours and no step begins any more; the host goes down a second later.
	 * @throws {SupervisorError} UPDATES_LOCKED, HOST_FAILED; nothing has changed then
	 */
	give(order: PowerOrder, options: OrderOptions): Promise<void>;
}

/** Whoever asked over the network gets an answer before the host goes down. */
const answerMs = 1000;
/** A host that is still there after so long has not gone down. */
const patienceMs = 10 * 60_000;

const sayings: Readonly<Record<PowerOrder, string>> = {
	reboot: 'Rebooting',
	shutdown: 'Shutting down',
};

/** An order under way. */
interface Descent {
	readonly order: PowerOrder;
	/** Everything is as before the order. */
	readonly undo: () => Promise<void>;
}

export function createPowerOrders(deps: PowerOrdersDeps): PowerOrders {
	const { clock, announce, hold } = deps;
	const log = deps.log.child({ component: 'power' });
	const queue = createQueue();
	const waker = createWaker(clock);
	let descent: Descent | undefined;

	const give: PowerOrders['give'] = async (order, options) => {
		if (descent !== undefined) return; // on its way down already
		await checkHost(order, options, deps);
		const giveBack = await takeAllLocks(options, deps);
		try {
			await options.before?.();
		} catch (err) {
			await giveBack();
			throw err;
		}
		log.info({ order, force: options.force }, 'device goes down');
		announce(sayings[order]);
		const letGoOn = hold();
		const undo = (): Promise<void> => giveBack().finally(letGoOn);
		descent = { order, undo };
		waker.wake();
	};
	return {
		name: 'power',
		give: (order, options) => queue.run(() => give(order, options)),
		async run(signal) {
			while (!signal.aborted) {
				await waker.wait(Infinity, signal).catch(() => undefined); // rejects only when the signal fires
				if (descent === undefined) continue;
				const reason = await goDown(descent.order, deps, signal);
				if (reason === undefined) continue; // the host ends us: the locks stay
				log.error({ order: descent.order, reason }, 'device did not go down');
				announce(`${sayings[descent.order]} failed: ${reason}`);
				const { undo } = descent;
				descent = undefined;
				await undo().catch((err: unknown) => log.error({ err }, 'locks could not be given back'));
			}
		},
	};
}

/** @returns why the host is still there; undefined when the signal fired, as it does when the host goes down */
async function goDown(
	order: PowerOrder,
	{ power, clock }: PowerOrdersDeps,
	signal: AbortSignal,
): Promise<string | undefined> {
	try {
		await clock.sleep(answerMs, signal);
		await power.carryOut(order);
		await clock.sleep(patienceMs, signal);
		return `the host is still there after ${patienceMs / 60_000} minutes`;
	} catch (err) {
		return signal.aborted ? undefined : messageOf(err);
	}
}

async function checkHost(
	order: PowerOrder,
	{ force }: OrderOptions,
	{ power }: PowerOrdersDeps,
): Promise<void> {
	if (!force && (await power.isOsUpdating())) {
		throw new UpdatesLockedError('Waiting for Host OS update to finish');
	}
	await power.check(order);
}

import dns, { type LookupAddress, type LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { systemClock } from '../kit/clock.ts';
import { createDeadline } from '../kit/deadline.ts';
import { createSingleFlight } from '../kit/single-flight.ts';
import { createMulticastLookup, type MulticastLookup } from './multicast-lookup.ts';

/** The resolver's own patience with three silent name servers is longer; nobody waits for it. In milliseconds. */
const longestMs = 20_000;

/** A name server that says nothing. */
class SilentNamesError extends Error {
	readonly code = 'ETIMEOUT';
}

type Found = readonly LookupAddress[];

export interface NameLookupOptions {
	/** Default: 20 s. */
	readonly limitMs?: number | undefined;
	/** Asked first for names that end in `.local`. */
	readonly multicast?: MulticastLookup | undefined;
}

/**
 * Resolves names for sockets: those that end in `.local` by multicast, and by the host's resolver when nobody answers; all
 * others by the resolver. Whoever asks for a name that is being asked for already shares its answer: a resolver that
 * hangs holds one thread of the process for a name, however many requests give up on it meanwhile.
 * @returns a function for the option `lookup` of sockets; it fails with the code ETIMEOUT after 20 s
 */
export function createNameLookup({
	limitMs = longestMs,
	multicast = createMulticastLookup({ clock: systemClock }),
}: NameLookupOptions = {}): LookupFunction {
	const resolve = async (name: string, options: LookupOptions): Promise<Found> => {
		const near = isLocal(name) ? await multicast(name, familyOf(options)) : [];
		return near.length > 0 ? near : askResolver(name, options);
	};
	const flights = createSingleFlight<Found>();
	const find = async (name: string, options: LookupOptions): Promise<Found> => {
		const { family = 0, hints = 0 } = options;
		const deadline = createDeadline(new AbortController().signal, limitMs);
		try {
			return await deadline.race(
				flights.run(`${family} ${hints} ${name}`, () => resolve(name, options)),
			);
		} catch (err) {
			throw deadline.isExpired ? new SilentNamesError(`${name} was not resolved in time`) : err;
		} finally {
			deadline.end();
		}
	};
	return (name, options, callback) => {
		find(name, options).then(
			(found) => {
				const [{ address, family } = { address: '', family: 0 }] = found;
				if (options.all === true) callback(null, [...found]);
				else callback(null, address, family);
			},
			(err: unknown) => callback(err as NodeJS.ErrnoException, ''),
		);
	};
}

const isLocal = (name: string): boolean => name.toLowerCase().endsWith('.local');

const familyOf = ({ family = 0 }: LookupOptions): number =>
	typeof family === 'number' ? family : Number(family.slice(-1));

function askResolver(name: string, options: LookupOptions): Promise<Found> {
	return new Promise((done, fail) => {
		dns.lookup(name, { ...options, all: true }, (err, found) => {
			if (err === null) done(found);
			else fail(err);
		});
	});
}

import dns, { type LookupAddress, type LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { createDeadline } from '../kit/deadline.ts';
import { createSingleFlight } from '../kit/single-flight.ts';

/** The resolver's own patience with three silent name servers is longer; nobody waits for it. In milliseconds. */
const longestMs = 20_000;

/** A name server that says nothing. */
class SilentNamesError extends Error {
	readonly code = 'ETIMEOUT';
}

type Found = readonly LookupAddress[];

/**
 * Resolves names for sockets. Whoever asks for a name that is being asked for already shares its answer: a resolver that
 * hangs holds one thread of the process for a name, however many requests give up on it meanwhile.
 * @returns a function for the option `lookup` of sockets; it fails with the code ETIMEOUT after 20 s
 */
export function createNameLookup(limitMs = longestMs): LookupFunction {
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

function resolve(name: string, options: LookupOptions): Promise<Found> {
	return new Promise((done, fail) => {
		dns.lookup(name, { ...options, all: true }, (err, found) => {
			if (err === null) done(found);
			else fail(err);
		});
	});
}

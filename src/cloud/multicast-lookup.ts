import type { LookupAddress } from 'node:dns';
import { networkInterfaces } from 'node:os';
import type { MulticastDNS, ResponsePacket } from 'multicast-dns';
import type { Clock } from '../kit/clock.ts';
import { linkAbort } from '../kit/linked-abort.ts';

export interface MulticastOptions {
	readonly clock: Clock;
	/** IPv4 addresses of the interfaces to ask on; default: those of this computer that lead outside. */
	readonly addresses?: (() => readonly string[]) | undefined;
	/** Default: 5353, that of multicast DNS. */
	readonly port?: number | undefined;
}

/** Resolves to the addresses of a name that ends in `.local`; to none when nobody answers within three seconds. */
export type MulticastLookup = (name: string, family: number) => Promise<readonly LookupAddress[]>;

/** A question or its answer may get lost: it is asked again after these pauses, and given up after the last. */
const patienceMs = [250, 750, 2000];

/** Answers to a name are given by its own computer, on the network it shares with this one (RFC 6762). */
export function createMulticastLookup(options: MulticastOptions): MulticastLookup {
	const { clock, addresses = addressesOutside, port = 5353 } = options;
	return async (name, family) => {
		// most devices never ask for such a name
		const { default: createMulticast } = await import('multicast-dns');
		const over = linkAbort(new AbortController().signal);
		let found: readonly LookupAddress[] = [];
		const outlets = addresses().map((address) =>
			// bound to an interface's address it would not hear what is sent to a group
			createMulticast({ interface: address, bind: '0.0.0.0', port }),
		);
		for (const outlet of outlets) {
			outlet.on('error', () => undefined); // the port is somebody's own: the others may be heard
			outlet.on('warning', () => undefined);
			outlet.on('response', (response) => {
				found = found.length > 0 ? found : addressesIn(response, name, family);
				if (found.length > 0) over.abort(answered);
			});
		}
		try {
			await ask(outlets, questionsFor(name, family), { clock, signal: over.signal });
		} finally {
			for (const outlet of outlets) outlet.destroy();
		}
		return found;
	};
}

const answered = new Error('answered');

type Question = ReturnType<typeof questionsFor>[number];

async function ask(
	outlets: readonly MulticastDNS[],
	questions: readonly Question[],
	{ clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
	if (outlets.length === 0) return;
	for (const pauseMs of patienceMs) {
		for (const outlet of outlets) outlet.query({ questions: [...questions] });
		await clock.sleep(pauseMs, signal).catch(() => undefined); // answered
		if (signal.aborted) return;
	}
}

function questionsFor(name: string, family: number) {
	const types = family === 4 ? (['A'] as const) : (['A', 'AAAA'] as const);
	return (family === 6 ? (['AAAA'] as const) : types).map((type) => ({ name, type }));
}

function addressesIn(
	{ answers = [], additionals = [] }: ResponsePacket,
	name: string,
	family: number,
): readonly LookupAddress[] {
	return [...answers, ...additionals].flatMap((answer): LookupAddress[] => {
		if (answer.name.toLowerCase() !== name.toLowerCase()) return [];
		if (answer.type === 'A' && family !== 6) return [{ address: answer.data, family: 4 }];
		// an address of the link is of no use without its interface
		const isGlobal = answer.type === 'AAAA' && !/^fe[89ab]/i.test(answer.data);
		return isGlobal && family !== 4 ? [{ address: answer.data, family: 6 }] : [];
	});
}

function addressesOutside(): readonly string[] {
	return Object.values(networkInterfaces())
		.flatMap((all) => all ?? [])
		.filter(({ family, internal }) => family === 'IPv4' && !internal)
		.map(({ address }) => address);
}

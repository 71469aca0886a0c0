import type { EngineEvent } from '../../src/model/observed.ts';
import type { BenchContext } from './context.ts';
import { within } from './within.ts';

/** Containers of the measured app, or those the raw engine makes in their place. */
export interface Crowd {
	readonly label: string;
	readonly value: string;
	readonly count: number;
}

const longestMs = 60_000;

/** @returns milliseconds from the call of `begin` to the event that says that the last of `count` containers runs */
export async function timeToStarted(
	{ engine }: BenchContext,
	crowd: Crowd,
	begin: () => Promise<unknown>,
): Promise<number> {
	const stop = new AbortController();
	let onOpen = (): void => undefined;
	const open = new Promise<void>((resolve) => (onOpen = resolve));
	const lastStart = lastStartOf(engine.events(stop.signal, onOpen), crowd);
	try {
		await within('an open event stream', longestMs, Promise.race([open, lastStart]));
		const begunAt = performance.now();
		const what = `${crowd.count} containers with ${crowd.label}=${crowd.value} started`;
		const [lastAt] = await within(what, longestMs, Promise.all([lastStart, begin()]));
		return lastAt - begunAt;
	} finally {
		stop.abort();
		await lastStart.catch(() => undefined); // it failed above, or ends now
	}
}

async function lastStartOf(
	events: AsyncIterable<EngineEvent>,
	{ label, value, count }: Crowd,
): Promise<number> {
	const started = new Set<string>();
	for await (const { type, action, objectId, attributes } of events) {
		if (type !== 'container' || action !== 'start' || attributes[label] !== value) continue;
		started.add(objectId);
		if (started.size === count) return performance.now();
	}
	throw new Error(`the event stream ended after ${started.size} of ${count} starts`);
}

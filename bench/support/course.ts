import type { EngineEvent } from '../../src/model/observed.ts';
import { labelNames } from '../../src/model/labels.ts';
import type { BenchContext } from './context.ts';
import { within } from './within.ts';

/** Containers of the measured app, or those the raw engine makes in their place. */
export interface Crowd {
	readonly label: string;
	readonly value: string;
}

/** The containers of the app that the supervisor is measured with. */
export const measuredApp: Crowd = { label: 'io.balena.app-id', value: '77' };

export type Deed = 'start' | 'die' | 'destroy';

/** Something that happened to a container of a crowd, as the engine's event tells. */
export interface Happening {
	readonly deed: Deed;
	readonly containerId: string;
	readonly serviceName: string;
	/** When the engine saw it, in its own milliseconds: good for differences. */
	readonly engineMs: number;
}

/** What happened between a beginning and an end. */
export interface Course {
	/** Milliseconds from the call of `begin` to the event that ended it. */
	readonly tookMs: number;
	readonly happenings: readonly Happening[];
}

export interface CourseOptions {
	readonly begin: () => Promise<unknown>;
	/** Asked after every happening; true ends the course. */
	readonly isOver: (happenings: readonly Happening[]) => boolean;
	/** For the message when it takes too long. */
	readonly what: string;
}

const longestMs = 60_000;

/** True once the deed was done to so many containers. */
export function isDone(deed: Deed, count: number): (happenings: readonly Happening[]) => boolean {
	return (happenings) => {
		const done = happenings.filter((happening) => happening.deed === deed);
		return new Set(done.map(({ containerId }) => containerId)).size >= count;
	};
}

/** Follows what happens to a crowd from the call of `begin` until `isOver`. */
export async function follow(
	{ engine }: Pick<BenchContext, 'engine'>,
	crowd: Crowd,
	{ begin, isOver, what }: CourseOptions,
): Promise<Course> {
	const stop = new AbortController();
	let onOpen = (): void => undefined;
	const open = new Promise<void>((resolve) => (onOpen = resolve));
	const happenings: Happening[] = [];
	const ended = readUntil(isOver, happenings, {
		events: engine.events(stop.signal, onOpen),
		crowd,
	});
	try {
		await within('an open event stream', longestMs, Promise.race([open, ended]));
		const begunAt = performance.now();
		const [endedAt] = await within(what, longestMs, Promise.all([ended, begin()]));
		return { tookMs: endedAt - begunAt, happenings };
	} finally {
		stop.abort();
		await ended.catch(() => undefined); // it failed above, or ends now
	}
}

async function readUntil(
	isOver: CourseOptions['isOver'],
	happenings: Happening[],
	{ events, crowd }: { readonly events: AsyncIterable<EngineEvent>; readonly crowd: Crowd },
): Promise<number> {
	for await (const event of events) {
		const happening = happeningOf(event, crowd);
		if (happening === undefined) continue;
		const atMs = performance.now();
		happenings.push(happening);
		if (isOver(happenings)) return atMs;
	}
	throw new Error(`the event stream ended after ${happenings.length} events`);
}

function happeningOf(
	{ type, action, objectId, attributes, timeNano }: EngineEvent,
	{ label, value }: Crowd,
): Happening | undefined {
	if (type !== 'container' || attributes[label] !== value || !isDeed(action)) return undefined;
	return {
		deed: action,
		containerId: objectId,
		serviceName: attributes[labelNames.serviceName] ?? '',
		engineMs: Number(BigInt(timeNano) / 1000n) / 1000,
	};
}

function isDeed(action: string): action is Deed {
	return action === 'start' || action === 'die' || action === 'destroy';
}

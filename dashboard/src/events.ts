import { streamLines, toMessages } from '../../tools/client/stream.ts';

/** Something that happened on the device. */
export interface DeviceEvent {
	readonly type: string;
	readonly at: string;
	readonly [member: string]: unknown;
}

export interface WatchOptions {
	readonly key: () => string | undefined;
	/** False while there is no use in asking. */
	readonly isReady: () => boolean;
	readonly signal: AbortSignal;
}

/** Those that the page shows or that make it look again. */
const types = 'plan,step,pull,app,target,container,lock,power,engine,cloud,supervisor';
const pauses = { shortestMs: 500, longestMs: 10_000 };

/** The device's events, the last ones first, without end: a broken connection is taken up where it broke. */
export async function* watchEvents({
	key,
	isReady,
	signal,
}: WatchOptions): AsyncGenerator<DeviceEvent> {
	let lastId: string | undefined;
	let pauseMs = pauses.shortestMs;
	while (!signal.aborted) {
		if (!isReady()) {
			await sleep(pauses.shortestMs);
			continue;
		}
		try {
			const path = `/v3/events?types=${types}&after=${lastId ?? 0}`;
			const lines = streamLines(path, { key: key(), signal });
			for await (const { id, data } of toMessages(lines)) {
				lastId = id ?? lastId;
				pauseMs = pauses.shortestMs;
				const event = parsed(data);
				if (event !== undefined) yield event;
			}
		} catch {
			// The status tells what is wrong.
		}
		await sleep(pauseMs);
		pauseMs = Math.min(pauses.longestMs, pauseMs * 2);
	}
}

function sleep(ms: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, ms));
}

function parsed(data: string): DeviceEvent | undefined {
	try {
		return JSON.parse(data) as DeviceEvent;
	} catch {
		return undefined;
	}
}

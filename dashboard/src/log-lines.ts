import { useEffect, useState } from 'preact/hooks';
import type { Schemas } from '../../tools/client/client.ts';
import { streamLines } from '../../tools/client/stream.ts';
import type { LogSubject } from './components/log-panel.tsx';
import type { Session } from './session.ts';

export interface NumberedLine {
	readonly id: number;
	readonly at: string;
	readonly message: string;
	readonly isStdErr: boolean;
}

export interface LogView {
	readonly lines: readonly NumberedLine[];
	/** `live`, `ended`, or what is wrong. */
	readonly state: string;
}

const most = 2_000;
const drawMs = 100;
const pauseMs = 2_000;

/** The lines of a service, the last 200 first; goes on by itself when the service or the supervisor restarts. */
export function useLogLines({ appUuid, serviceName }: LogSubject, session: Session): LogView {
	const [view, setView] = useState<LogView>({ lines: [], state: 'connecting' });
	useEffect(() => {
		const gone = new AbortController();
		const follower = createFollower(setView, gone.signal);
		void follow({ appUuid, serviceName }, { session, follower, signal: gone.signal });
		return () => gone.abort();
	}, [appUuid, serviceName]);
	return view;
}

interface Follower {
	add(line: Schemas['LogLine']): void;
	tell(state: string): void;
	/** Stamp of the last line. */
	readonly last: string | undefined;
}

/** Draws many lines at once: a service may say thousands in a second. */
function createFollower(draw: (view: LogView) => void, signal: AbortSignal): Follower {
	let lines: NumberedLine[] = [];
	let state = 'connecting';
	let count = 0;
	let timer: ReturnType<typeof setTimeout> | undefined;
	const drawSoon = (): void => {
		timer ??= setTimeout(() => {
			timer = undefined;
			lines = lines.slice(-most);
			if (!signal.aborted) draw({ lines, state });
		}, drawMs);
	};
	return {
		add(line) {
			lines.push({ id: (count += 1), ...line });
			if (lines.length > 2 * most) lines = lines.slice(-most);
			drawSoon();
		},
		tell(next) {
			state = next;
			drawSoon();
		},
		get last() {
			return lines.at(-1)?.at;
		},
	};
}

interface Following {
	readonly session: Session;
	readonly follower: Follower;
	readonly signal: AbortSignal;
}

async function follow(
	{ appUuid, serviceName }: LogSubject,
	{ session, follower, signal }: Following,
): Promise<void> {
	const path = `/v3/apps/${encodeURIComponent(appUuid)}/services/${encodeURIComponent(serviceName)}/logs`;
	while (!signal.aborted) {
		try {
			const since =
				follower.last === undefined ? 'tail=200' : `since=${encodeURIComponent(follower.last)}`;
			const lines = streamLines(`${path}?follow=true&${since}`, { key: session.key(), signal });
			follower.tell('live');
			for await (const line of lines) follower.add(JSON.parse(line) as Schemas['LogLine']);
			follower.tell('ended, waiting for more');
		} catch (err) {
			follower.tell(err instanceof Error ? `interrupted: ${err.message}` : 'interrupted');
		}
		await new Promise((resolve) => setTimeout(resolve, pauseMs));
	}
}

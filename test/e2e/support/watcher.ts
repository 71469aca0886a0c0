import { setTimeout as pause } from 'node:timers/promises';

export interface Watched {
	readonly answers: number;
	readonly failures: readonly string[];
}

/** Somebody who loads a page again and again, as fast as it answers, ten times a second at most. */
export interface Watcher {
	/** Ends the watch and tells what was seen. */
	stop(): Promise<Watched>;
}

export function watchPage(url: string): Watcher {
	const ended = new AbortController();
	const failures: string[] = [];
	let answers = 0;
	const look = async () => {
		try {
			const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
			await response.arrayBuffer();
			if (response.ok) answers += 1;
			else failures.push(`status ${response.status}`);
		} catch (failure) {
			failures.push(String(failure));
		}
	};
	const watch = async () => {
		while (!ended.signal.aborted) {
			await look();
			await pause(100);
		}
	};
	const watching = watch();
	return {
		async stop() {
			ended.abort();
			await watching;
			return { answers, failures };
		},
	};
}

/** Where a long action tells how far it is. Lines go to standard error, so that output can be piped. */
export interface Progress {
	/** One line with the time since the start, `[  3.2 s] text`. */
	say(text: string): void;
	/** Tells again only when the text differs from the last one told through this method. */
	update(text: string): void;
	/** Seconds since the start. */
	elapsedSeconds(): number;
}

export interface ProgressDeps {
	readonly write: (line: string) => void;
	/** Milliseconds that never go back. */
	readonly monotonicMs: () => number;
}

export function createProgress({ write, monotonicMs }: ProgressDeps): Progress {
	const startedAt = monotonicMs();
	let last = '';
	const elapsedSeconds = () => (monotonicMs() - startedAt) / 1000;
	const say = (text: string) => write(`[${elapsedSeconds().toFixed(1).padStart(6)} s] ${text}\n`);
	return {
		say,
		elapsedSeconds,
		update(text) {
			if (text === last) return;
			last = text;
			say(text);
		},
	};
}

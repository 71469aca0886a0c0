/** What keeps the supervisor from being ready; requests are told. */
export interface Obstacle {
	/** undefined: nothing does any more. */
	set(reason: string | undefined): void;
	current(): string | undefined;
	/** Resolves once there is one. */
	appeared(): Promise<void>;
}

export function createObstacle(): Obstacle {
	const waiting = new Set<() => void>();
	let current: string | undefined;
	return {
		set(reason) {
			current = reason;
			if (reason === undefined) return;
			for (const pass of waiting) pass();
			waiting.clear();
		},
		current: () => current,
		appeared: () =>
			current === undefined
				? new Promise((resolve) => void waiting.add(resolve))
				: Promise.resolve(),
	};
}

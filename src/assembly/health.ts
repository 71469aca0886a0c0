import type { Clock } from '../kit/clock.ts';
import type { StateBoard } from '../loop/board.ts';

export interface HealthDeps {
	readonly board: Pick<StateBoard, 'snapshot' | 'subscribe'>;
	readonly clock: Clock;
	/** An apply in which nothing moves for twice as long hangs. */
	readonly pollIntervalMs: () => number;
}

/**
 * Whether the supervisor does its work (contract 1.7): false when an apply is under way in which nothing has moved for
 * twice the poll interval. A cloud that cannot be reached is no reason: a restart would not bring it back.
 */
export function createHealth({ board, clock, pollIntervalMs }: HealthDeps): () => Promise<boolean> {
	let movedAtMs = clock.monotonicMs();
	board.subscribe(() => void (movedAtMs = clock.monotonicMs()));
	return () => {
		const isApplying = Object.values(board.snapshot().apps).some(
			({ phase }) => phase === 'applying',
		);
		const stillForMs = clock.monotonicMs() - movedAtMs;
		return Promise.resolve(!isApplying || stillForMs < 2 * pollIntervalMs());
	};
}

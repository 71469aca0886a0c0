import type { Clock } from '../../../src/kit/clock.ts';
import type { Progress } from '../effects/progress.ts';
import type { ServiceDisplay } from '../effects/service-display.ts';
import type { Shell } from '../effects/shell.ts';

/** What the actions of dindctl work with. */
export interface Tools {
	readonly shell: Shell;
	readonly progress: Progress;
	readonly clock: Clock;
	/** The repository's folder. */
	readonly root: string;
	/** Writes to standard output as it is. */
	readonly print: (text: string) => void;
	/** True if standard input and output are a terminal. */
	readonly terminal: boolean;
	/** True if standard output may carry colours. */
	readonly color: boolean;
	/** How a wait for services is shown: bars on a terminal, lines elsewhere. */
	readonly createDisplay: () => ServiceDisplay;
	/** Fires on Ctrl-C. */
	readonly signal: AbortSignal;
}

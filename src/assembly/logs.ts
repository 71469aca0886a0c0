import type { Job } from '../kit/job.ts';
import type { Basis } from './basis.ts';
import type { Cloud } from './cloud.ts';
import type { Loop } from './loop.ts';

/** Container logs and system messages on their way to their readers. */
export interface Logs {
	/** Writes a system message. */
	readonly announce: (message: string) => void;
	/** Begins to listen to what the device does. */
	attach(parts: { readonly loop: Loop; readonly cloud: Cloud }): { readonly jobs: readonly Job[] };
}

export function createLogs({ log }: Basis): Logs {
	return {
		announce: (message) => log.info({ message }, 'system message'),
		attach: () => ({ jobs: [] }),
	};
}

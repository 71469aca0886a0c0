import type { AppUuid } from './ids.ts';
import type { Step } from './plan.ts';

/** What the executor tells while it works; the source of progress bars, volatile states and system messages. */
export type ProgressEvent =
	| { readonly kind: 'stepStarted'; readonly step: Step }
	| { readonly kind: 'stepDone'; readonly step: Step; readonly tookMs: number }
	| {
			readonly kind: 'stepFailed';
			readonly step: Step;
			readonly err: Error;
			readonly tookMs: number;
	  }
	/** The step was not begun, or was a pull and is left, because one it waits for failed or the run was aborted. */
	| { readonly kind: 'stepSkipped'; readonly step: Step }
	/** The step was a pull, and what it needs is still being made elsewhere: it is for a later plan, and that is no failure. */
	| { readonly kind: 'stepPostponed'; readonly step: Step }
	| {
			readonly kind: 'pullProgress';
			readonly image: string;
			readonly appUuid?: AppUuid | undefined;
			/** 0 to 100, an integer; never falls for one pull. */
			readonly percent: number;
	  };

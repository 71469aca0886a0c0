import type { Logger } from '../kit/logger.ts';
import type { ObservedState } from '../model/observed.ts';
import type { Step } from '../model/plan.ts';
import type { AppState } from './app-state.ts';
import type { FailedStarts } from './failed-starts.ts';
import type { StoppedServices } from './stopped-services.ts';

interface Beginning {
	readonly app: AppState;
	/** The world as it was before. */
	readonly observed: ObservedState;
	readonly deps: {
		readonly stopped: Pick<StoppedServices, 'noteStarted'>;
		readonly failedStarts: Pick<FailedStarts, 'forget'>;
		readonly log: Logger;
	};
}

/**
 * Whoever wanted a start or a restart has it when the step is done: the world shows no restart, nor a service that ends
 * before anybody looks.
 */
export function noteStart(step: Step, { app, observed, deps }: Beginning): void {
	if (step.kind === 'restartContainer') {
		app.requests.noteRestarted(step.container);
		app.requests.settleBy(observed);
	}
	if (step.kind !== 'startContainer' || step.serviceName === undefined) return;
	app.requests.noteStarted(step.serviceName);
	deps.failedStarts.forget(app.appUuid, step.serviceName);
	const started = observed.containers.find(
		({ containerId, name }) => containerId === step.container || name === step.container,
	);
	if (started === undefined) return;
	deps.stopped
		.noteStarted(app.appUuid, started.containerId)
		.catch((err: unknown) => deps.log.warn({ err }, 'start of a service could not be noted'));
}

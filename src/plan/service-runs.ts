import type { ObservedContainer } from '../model/observed.ts';
import type { AppScene } from './app-scene.ts';
import { wishFor } from './intents.ts';
import { isRunning } from './is-running.ts';
import type { ServiceDecision } from './service-decision.ts';
import type { Choice } from './urgency.ts';

const stopAskedFor = 'stop asked for';

/** Whether a service starts or stops, and why. */
export function runsOf(
	{ service, kept, createCause }: Choice,
	{ intents }: AppScene,
): Pick<ServiceDecision, 'startCause' | 'stopCause' | 'stopped'> {
	const wish = wishFor(intents, service.serviceName);
	const wantsRunning = wish === undefined ? service.running : wish === 'start';
	if (!wantsRunning) {
		const stopCause = wish === 'stop' ? stopAskedFor : 'target says stopped';
		return { stopCause, stopped: kept !== undefined && isRunning(kept) ? [kept] : [] };
	}
	return { startCause: startCauseOf({ kept, createCause }, wish), stopped: [] };
}

function startCauseOf(
	{ kept, createCause }: Pick<Choice, 'kept' | 'createCause'>,
	wish: 'start' | 'stop' | undefined,
): string | undefined {
	if (kept === undefined) return createCause;
	if (kept.state === 'created') return 'created but never started';
	const isAskedFor = kept.state === 'exited' && wish === 'start';
	return isAskedFor ? 'start asked for' : undefined;
}

/** What a service that can become nothing else for now still can: be stopped when a person asks for it. */
export function stopsMeanwhile(
	containers: readonly ObservedContainer[],
	{ service }: Choice,
	{ intents }: AppScene,
): Pick<ServiceDecision, 'stopped' | 'stopCause'> {
	if (wishFor(intents, service.serviceName) !== 'stop') return { stopped: [] };
	return { stopped: containers.filter(isRunning), stopCause: stopAskedFor };
}

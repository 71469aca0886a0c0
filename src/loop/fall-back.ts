import type { StepFailure } from '../execute/executor.ts';
import { hasCode, messageOf } from '../kit/errors.ts';
import type { ObservedState } from '../model/observed.ts';
import type { Plan, StartContainerStep } from '../model/plan.ts';
import { isRunning } from '../plan/is-running.ts';
import { stepIds } from '../plan/step-ids.ts';
import type { Attempts, Stake } from './attempts.ts';

/** A service whose new container does not start runs its old one again, until the next attempt. */
export interface FallBack {
	/** Starts the old container. */
	readonly start: StartContainerStep;
	/** Steps of the next plan that try again, and stop it for that. */
	readonly retryIds: readonly string[];
	/** Of the next attempt to start the new container. */
	readonly stake: Stake;
}

/** A new container that does not start at once may do so a moment later, when a port was given back, say. */
const triesBefore = 2;

/**
 * What a service can fall back to: the container that would have gone once the new one had started. It is still there,
 * with its image, networks and volumes, where the strategy downloads before it kills.
 * @param attempts - before this failure is noted
 * @returns undefined when there is none, or when the new container is tried again first
 */
export function fallBackFor(
	{ step, err }: StepFailure,
	{ plan, observed }: { readonly plan: Plan; readonly observed: ObservedState },
	{ failures }: Pick<Attempts, 'failures'>,
): FallBack | undefined {
	if (step.kind !== 'startContainer' || hasCode(err, 'ENGINE_UNAVAILABLE')) return undefined;
	const isVain = hasCode(err, 'IMAGE_WRONG_ARCHITECTURE');
	if (failures < triesBefore && !isVain) return undefined;
	const own = plan.steps.filter(({ serviceName }) => serviceName === step.serviceName);
	const old = own.flatMap((one) =>
		one.kind === 'removeContainer' && one.after.includes(step.id) ? [one.container] : [],
	);
	const container = observed.containers.find(({ containerId }) => old.includes(containerId));
	const isHandedOver = own.some(({ kind }) => kind === 'waitHandover');
	if (container === undefined || (isHandedOver && isRunning(container))) return undefined;
	const { appUuid, serviceName, resource } = step;
	const start: StartContainerStep = {
		...{ kind: 'startContainer', id: `${step.id} again`, appUuid, serviceName, resource },
		...{ cause: `the new container does not start: ${messageOf(err)}`, after: [] },
		container: container.containerId,
	};
	const retryIds = [step.id, stepIds.stopContainer(container.name)];
	return { start, retryIds, stake: isVain ? 'vain' : 'costly' };
}

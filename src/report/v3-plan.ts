import type { ObservedState } from '../model/observed.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { TargetState } from '../model/target.ts';
import { updateStrategyOf } from '../model/update-strategy.ts';
import type { DryRun } from '../model/v3/plan.ts';
import { describePlan } from '../plan/describe-plan.ts';
import { ignoredFieldsOf } from './ignored-fields.ts';

export interface PlannedWorld {
	readonly plan: Plan;
	readonly target: TargetState;
	readonly observed: ObservedState;
	/** Apps whose part of the plan is shown, by uuid; steps that serve the device as a whole are shown too. */
	readonly isVisible: (appUuid: string) => boolean;
}

/** Answer of `POST /v3/plan`. */
export function reportDryRun({ plan, target, observed, isVisible }: PlannedWorld): DryRun {
	const steps = plan.steps.filter(({ appUuid = '' }) => appUuid === '' || isVisible(appUuid));
	const waits = (plan.waits ?? []).filter(({ appUuid }) => isVisible(appUuid));
	const apps = target.apps.filter(({ appUuid }) => isVisible(appUuid));
	return {
		isEmpty: steps.length === 0,
		text: describePlan({ steps, waits }),
		steps: steps.map(toPlanStep),
		waits: waits.map((wait) => ({ ...wait })),
		services: changesOf(steps, { target, observed }),
		downloads: steps.flatMap((step) =>
			step.kind === 'pullImage'
				? [{ image: step.image, services: step.services.map(({ serviceName }) => serviceName) }]
				: [],
		),
		rejected: target.rejected
			.filter(({ appUuid }) => isVisible(appUuid))
			.map(({ appUuid, reasons }) => ({ appUuid, reasons: [...reasons] })),
		ignored: apps.flatMap(({ appUuid, release }) =>
			release === undefined
				? []
				: ignoredFieldsOf(release).map((field) => ({ appUuid: String(appUuid), field })),
		),
	};
}

function toPlanStep(step: Step): DryRun['steps'][number] {
	const { id, kind, resource, cause, after, appUuid, serviceName } = step;
	const image = step.kind === 'pullImage' ? step.image : undefined;
	return { id, kind, resource, cause, after: [...after], appUuid, serviceName, image };
}

type ServiceChange = DryRun['services'][number];
type World = Pick<PlannedWorld, 'target' | 'observed'>;

function changesOf(steps: readonly Step[], world: World): ServiceChange[] {
	const byService = new Map<string, Step[]>();
	for (const step of steps) {
		if (step.serviceName === undefined || !(step.kind in meanings)) continue;
		const key = `${step.appUuid ?? ''}/${step.serviceName}`;
		byService.set(key, [...(byService.get(key) ?? []), step]);
	}
	return [...byService.values()].map((own) => changeOf(own, steps, world));
}

const meanings: Partial<Record<Step['kind'], true>> = {
	createContainer: true,
	startContainer: true,
	stopContainer: true,
	removeContainer: true,
	renameContainer: true,
	restartContainer: true,
	updateRestartPolicy: true,
	connectNetwork: true,
};

/** @param own - the steps of one service, at least one */
function changeOf(own: readonly Step[], all: readonly Step[], world: World): ServiceChange {
	const [first] = own;
	const { appUuid = '', serviceName = '' } = first ?? {};
	const app = world.target.apps.find((one) => String(one.appUuid) === appUuid);
	const service = app?.release?.services.find((one) => String(one.serviceName) === serviceName);
	return {
		appUuid: String(appUuid),
		serviceName,
		change: kindOf(own),
		isInterrupted: own.some((step) => interrupts(step, { own, all, observed: world.observed })),
		strategy: service && updateStrategyOf(service.labels),
	};
}

function kindOf(own: readonly Step[]): ServiceChange['change'] {
	const kinds = new Set(own.map(({ kind }) => kind));
	if (kinds.has('createContainer')) return kinds.has('removeContainer') ? 'replace' : 'create';
	if (kinds.has('removeContainer')) return 'remove';
	if (kinds.has('restartContainer')) return 'restart';
	if (kinds.has('stopContainer')) return kinds.has('startContainer') ? 'restart' : 'stop';
	return kinds.has('startContainer') ? 'start' : 'adjust';
}

interface Surroundings {
	readonly own: readonly Step[];
	readonly all: readonly Step[];
	readonly observed: ObservedState;
}

/** A running container stops before another of its service runs. */
function interrupts(step: Step, { own, all, observed }: Surroundings): boolean {
	const isRunning = (container: string): boolean =>
		observed.containers.some(
			({ containerId, name, state }) =>
				state === 'running' && (containerId === container || name === container),
		);
	if (step.kind === 'restartContainer') return isRunning(step.container);
	if (step.kind !== 'stopContainer' && step.kind !== 'removeContainer') return false;
	if (!isRunning(step.container)) return false;
	const starts = own.filter(({ kind }) => kind === 'startContainer').map(({ id }) => id);
	const before = ancestorsOf(step, all);
	return !starts.some((id) => before.has(id));
}

/** Ids of all steps that are done before this one begins. */
function ancestorsOf(step: Step, all: readonly Step[]): ReadonlySet<string> {
	const byId = new Map(all.map((one) => [one.id, one]));
	const found = new Set<string>();
	const queue = [...step.after];
	for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
		if (found.has(id)) continue;
		found.add(id);
		queue.push(...(byId.get(id)?.after ?? []));
	}
	return found;
}

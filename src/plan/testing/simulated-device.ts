import { labelNames } from '../../model/labels.ts';
import type { ObservedContainer } from '../../model/observed.ts';
import type { Intent, Plan, Step } from '../../model/plan.ts';
import type { TargetState } from '../../model/target.ts';
import { planApp } from '../app-plan.ts';
import { appsToPlan, type AppToPlan } from '../apps-to-plan.ts';
import { computeDevicePlan } from '../device-plan.ts';
import { indexObserved, type ObservedIndex } from '../observed-index.ts';
import { isOutdating } from './simulated-images.ts';
import { applyStep } from './simulator.ts';
import { oldImagesOf, sketchContext } from './sketch.ts';
import type { World } from './world.ts';

/** A device with an engine and a clock: containers become healthy, and jobs end, as time goes by. */
export interface SimulatedDevice {
	readonly world: World;
	readonly nowMs: number;
	readonly target: TargetState;
	/** By app uuid: what people ask for. */
	readonly intents: Readonly<Record<string, readonly Intent[]>>;
	/** By container id: when it was first seen running. */
	readonly runningSince: Readonly<Record<string, number>>;
}

/** A service with this label has a health check and is healthy after three seconds. */
export const healthLabel = 'test.health';
/** A service with this label ends by itself after two seconds, with exit code 0. */
export const jobLabel = 'test.job';

const healthyAfterMs = 3000;
const doneAfterMs = 2000;

/** The device some time later. */
export function elapse(device: SimulatedDevice, ms: number): SimulatedDevice {
	const nowMs = device.nowMs + ms;
	const runningSince: Record<string, number> = {};
	const containers = device.world.observed.containers.map((container) => {
		if (container.state !== 'running') return container;
		const { containerId } = container;
		runningSince[containerId] = device.runningSince[containerId] ?? device.nowMs;
		return grown(container, nowMs - runningSince[containerId]);
	});
	const observed = { ...device.world.observed, containers };
	return { ...device, nowMs, runningSince, world: { ...device.world, observed } };
}

function grown(container: ObservedContainer, ageMs: number): ObservedContainer {
	if (jobLabel in container.labels && ageMs >= doneAfterMs) {
		return { ...container, state: 'exited', exitCode: 0, health: undefined };
	}
	if (!(healthLabel in container.labels)) return container;
	return { ...container, health: ageMs >= healthyAfterMs ? 'healthy' : 'starting' };
}

/** Power goes and comes: the engine starts what it shall, removals are done, and no locks are held. */
export function reboot(device: SimulatedDevice): SimulatedDevice {
	const { world } = device;
	const containers = world.observed.containers
		.filter(({ state }) => state !== 'removing')
		.map((container) =>
			container.state === 'running' && world.unrestarted.includes(container.containerId)
				? { ...container, state: 'exited' as const, exitCode: 137 }
				: container,
		);
	const observed = { ...world.observed, containers };
	return { ...device, runningSince: {}, world: { ...world, observed, locked: [] } };
}

/** What the planner says of the device: app by app, and at last what belongs to none. */
export function plansOf(device: SimulatedDevice): Plan[] {
	const { world, target } = device;
	const index = indexObserved(world.observed);
	const apps = appsToPlan(target, world.observed);
	return [...apps.map((app) => planOf(app, device, index)), devicePlanOf(device)];
}

function devicePlanOf({ world: { observed, storedImages }, target }: SimulatedDevice): Plan {
	return computeDevicePlan({ target, observed, storedImages });
}

function planOf(app: AppToPlan, device: SimulatedDevice, index: ObservedIndex): Plan {
	const { world, target, intents } = device;
	const { observed } = world;
	return planApp(
		{
			...app,
			apps: target.apps,
			observed,
			context: sketchContext,
			intents: visible(intents[app.appUuid] ?? [], world),
			currentCommit: world.commits[app.appUuid],
			force: false,
			oldImages: oldImagesOf(world, target.apps),
		},
		index,
	);
}

/** Every app looks for itself and acts, one after the other, and at last the device does. */
export function work(device: SimulatedDevice, options: CarryOutOptions): SimulatedDevice {
	const { target, world } = device;
	const worked = appsToPlan(target, world.observed).reduce((now, app) => {
		const index = indexObserved(now.world.observed);
		return carryOut(now, planOf(app, now, index), options);
	}, device);
	return carryOut(worked, devicePlanOf(worked), options);
}

/** A wish to replace is for what a person sees: containers that are gone are not among them. */
function visible(intents: readonly Intent[], { observed }: World): Intent[] {
	const there = new Set(observed.containers.map(({ containerId }) => containerId));
	return intents.map((intent) =>
		intent.kind === 'replace'
			? { ...intent, containerIds: intent.containerIds.filter((id) => there.has(id)) }
			: intent,
	);
}

export interface CarryOutOptions {
	/** Chooses among the steps that may come next: 0 (inclusive) to `count`. */
	readonly pick: (count: number) => number;
	/** The supervisor is killed after so many steps. */
	readonly limit: number;
	/** True when the engine refuses this step. */
	readonly fails: (step: Step) => boolean;
	/** Called before each step. */
	readonly onStep: (step: Step, device: SimulatedDevice) => void;
}

/** Carries a plan out as the executor does: what waits for a failed step is skipped, and no locks are held in the end. */
function carryOut(
	device: SimulatedDevice,
	{ steps }: Plan,
	{ pick, limit, fails, onStep }: CarryOutOptions,
): SimulatedDevice {
	let now = device;
	let left = [...steps];
	const done = new Set<string>();
	for (let count = 0; count < limit; count += 1) {
		const ready = left.filter(({ after }) => after.every((id) => done.has(id)));
		const step = ready[Math.min(pick(ready.length), ready.length - 1)];
		if (step === undefined) break;
		left = left.filter((other) => other !== step);
		if (fails(step) || isTooLate(step, now.world)) continue;
		onStep(step, now);
		now = elapse({ ...now, world: applied(now.world, step) }, costMs[step.kind] ?? 10);
		if (!isOutdating(step, now.world)) done.add(step.id);
	}
	return { ...now, world: { ...now.world, locked: [] } };
}

/** The engine refuses to start what joins a job that has ended by itself meanwhile. */
function isTooLate(step: Step, { observed, joined = {} }: World): boolean {
	if (step.kind !== 'startContainer') return false;
	const { containers } = observed;
	const starting = containers.find(
		({ containerId, name }) => containerId === step.container || name === step.container,
	);
	const donors = joined[starting?.containerId ?? ''] ?? [];
	return containers.some(
		({ containerId, labels, state }) =>
			donors.includes(containerId) && jobLabel in labels && state === 'exited',
	);
}

const costMs: Partial<Record<Step['kind'], number>> = {
	pullImage: 1000,
	createContainer: 100,
	startContainer: 200,
	stopContainer: 500,
	waitHandover: 1500,
};

/** A job may end by itself before the plan stops it: already so is success. */
function applied(world: World, step: Step): World {
	if (step.kind !== 'stopContainer' && step.kind !== 'waitHandover') return applyStep(world, step);
	if (step.kind === 'waitHandover') return world;
	const { containers } = world.observed;
	const container = containers.find(({ containerId }) => containerId === step.container);
	return container?.state === 'exited' ? world : applyStep(world, step);
}

/** True when a container, network or volume step is about something of the apps that are known. */
export function isAboutOurs(step: Step, { world, target }: SimulatedDevice): boolean {
	const { containers, networks } = world.observed;
	const isOurs = ({ labels }: Pick<ObservedContainer, 'labels'>): boolean =>
		labels[labelNames.supervised] === 'true' && labelNames.appId in labels;
	if (step.kind === 'removeNetwork') {
		const network = networks.find(({ networkId }) => networkId === step.networkId);
		return network === undefined || network.name === 'supervisor0' || isOurs(network);
	}
	if (step.kind === 'removeImage') {
		return step.references.every((reference) => world.storedImages.includes(reference));
	}
	if (!('container' in step)) return target.apps.length >= 0;
	const container = containers.find(
		({ containerId, name }) => containerId === step.container || name === step.container,
	);
	return container === undefined || isOurs(container);
}

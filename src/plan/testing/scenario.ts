import { expect } from 'chai';
import { labelNames } from '../../model/labels.ts';
import type { ObservedContainer } from '../../model/observed.ts';
import { computeAppPlan, type AppPlanInput } from '../app-plan.ts';
import { describePlan } from '../describe-plan.ts';
import { lookAt, settled, sketchApp, type AppSketch } from './sketch.ts';
import { emptyWorld, type World } from './world.ts';

/** One row of a table of plans: what was settled before, what happened since, what is wanted, and the plan as text. */
export interface Scenario {
	/** What the planner must do: continues "must …". */
	readonly name: string;
	/** Absent: a device on which nothing was made yet. */
	readonly before?: AppSketch;
	readonly since?: (world: World) => World;
	/** Absent: the app is not in the target any more. */
	readonly target?: AppSketch | undefined;
	readonly more?: Partial<AppPlanInput>;
	readonly plan: readonly string[];
}

/** One test a scenario: the plan's text, compared whole. */
export function testScenarios(scenarios: readonly Scenario[]): void {
	for (const { name, before, since = unchanged, target, more = {}, plan } of scenarios) {
		it(`must ${name}`, () => {
			const world = since(before === undefined ? emptyWorld : settled(before));
			const app = target === undefined ? undefined : sketchApp(target);
			const described = describePlan(computeAppPlan(lookAt(world, app, more)));
			expect(described).to.deep.equal(plan);
		});
	}
}

const unchanged = (world: World): World => world;

/** A change to the container of a service. */
export function withContainer(serviceName: string, change: Partial<ObservedContainer>) {
	return (world: World): World => ({
		...world,
		observed: {
			...world.observed,
			containers: world.observed.containers.map((container) =>
				isOf(container, serviceName) ? { ...container, ...change } : container,
			),
		},
	});
}

export function withoutContainer(serviceName: string) {
	return (world: World): World => ({
		...world,
		observed: {
			...world.observed,
			containers: world.observed.containers.filter((one) => !isOf(one, serviceName)),
		},
	});
}

/** A further container of a service, like the one it has but for the change. */
export function withCopy(serviceName: string, change: Partial<ObservedContainer>) {
	return (world: World): World => ({
		...world,
		observed: {
			...world.observed,
			containers: world.observed.containers.flatMap((container) =>
				isOf(container, serviceName) ? [container, { ...container, ...change }] : [container],
			),
		},
	});
}

/** The container as another supervisor would have made it: without our digest. */
export function withoutDigests(world: World): World {
	const stripped = <T extends { readonly labels: Readonly<Record<string, string>> }>(one: T): T => {
		const { [labelNames.configDigest]: _, ...labels } = one.labels;
		return { ...one, labels };
	};
	const { containers, networks } = world.observed;
	return {
		...world,
		observed: {
			...world.observed,
			containers: containers.map(stripped),
			networks: networks.map(stripped),
		},
	};
}

function isOf({ labels }: ObservedContainer, serviceName: string): boolean {
	return labels[labelNames.serviceName] === serviceName;
}

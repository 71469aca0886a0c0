import { expect } from 'chai';
import fc from 'fast-check';
import type { Intent, Plan } from '../model/plan.ts';
import { computeAppPlan, type AppPlanInput } from './app-plan.ts';
import { describePlan } from './describe-plan.ts';
import {
	appArbitrary,
	befall,
	intentArbitrary,
	mishapArbitrary,
	visibleIntents,
	type Mishap,
} from './testing/arbitraries.ts';
import { executePlan } from './testing/simulator.ts';
import { lookAt, sketchApp, type AppSketch } from './testing/sketch.ts';
import { emptyWorld, type World } from './testing/world.ts';

/** A device that went through releases, was interrupted in each, and had mishaps. */
interface History {
	readonly past: readonly { sketch: AppSketch; limit: number; mishaps: readonly Mishap[] }[];
	readonly sketch: AppSketch;
	readonly intents: readonly Intent[];
	/** Chooses the order among steps that may come next. */
	readonly choices: readonly number[];
}

const histories: fc.Arbitrary<History> = fc.record({
	past: fc.array(
		fc.record({
			sketch: appArbitrary(),
			limit: fc.oneof(fc.constant(Infinity), fc.nat(20)),
			mishaps: fc.array(mishapArbitrary, { maxLength: 3 }),
		}),
		{ maxLength: 3 },
	),
	sketch: appArbitrary(),
	intents: fc.array(intentArbitrary, { maxLength: 2 }),
	choices: fc.array(fc.nat(50), { minLength: 1, maxLength: 40 }),
});

const runs = { numRuns: 150 };

/** Looks that a chain of services needs of which each waits for the one before; and one for ended removals. */
const longestChain = 5;

function worldAfter({ past, choices }: History): World {
	return past.reduce((world, { sketch, limit, mishaps }) => {
		const plan = computeAppPlan(lookAt(world, sketchApp(sketch)));
		const next = executePlan(world, plan, { pick: picker(choices), limit });
		// A restart forgets which locks are held.
		return mishaps.reduce(befall, { ...next, locked: [] });
	}, emptyWorld);
}

function picker(choices: readonly number[]): (count: number) => number {
	let turn = 0;
	return (count) => (choices[turn++ % choices.length] ?? 0) % count;
}

/** What the engine does meanwhile: it ends the removals it is at. */
function removalsEnd(world: World): World {
	const containers = world.observed.containers.filter(({ state }) => state !== 'removing');
	return { ...world, observed: { ...world.observed, containers } };
}

function look(world: World, { sketch, intents }: History, more: Partial<AppPlanInput> = {}) {
	return computeAppPlan(lookAt(world, sketchApp(sketch), { intents, ...more }));
}

describe('any plan of any app in any world', function () {
	this.timeout(30_000); // searches take their time on a busy machine

	it('must leave nothing to do once it is executed, in whatever order its edges allow', () => {
		fc.assert(
			fc.property(histories, (history) => {
				const world = worldAfter(history);
				const wishes = { intents: visibleIntents(history.intents, world) };
				const pick = picker(history.choices);
				let last = world;
				for (let turn = 0; turn < longestChain; turn++) {
					last = removalsEnd(executePlan(last, look(last, history, wishes), { pick }));
				}
				expect(describePlan({ steps: look(last, history, wishes).steps })).to.deep.equal([]);
				expect(last.locked).to.deep.equal([]);
			}),
			runs,
		);
	});

	it('must name every step once, and put it after all it waits for', () => {
		fc.assert(
			fc.property(histories, (history) => {
				const { steps } = look(worldAfter(history), history);
				const ids = steps.map(({ id }) => id);
				expect(new Set(ids).size).to.equal(ids.length);
				steps.forEach(({ after }, index) =>
					after.forEach((id) => expect(ids.indexOf(id)).to.be.within(0, index - 1)),
				);
			}),
			runs,
		);
	});

	it('must remove no volume, unless a purge is asked for', () => {
		fc.assert(
			fc.property(histories, fc.constantFrom('kept', 'dropped'), (history, fate) => {
				const world = worldAfter(history);
				const plan =
					fate === 'kept' ? look(world, history) : computeAppPlan(lookAt(world, undefined));
				expect(kindsOf(plan)).not.to.include('removeVolume');
			}),
			runs,
		);
	});

	it('must leave nothing of the app after a purge', () => {
		fc.assert(
			fc.property(histories, (history) => {
				const world = removalsEnd(worldAfter(history));
				const purge = { intents: [{ kind: 'purge' as const }] };
				const after = executePlan(world, look(world, history, purge));
				expect(after.observed.containers).to.deep.equal([]);
				expect(after.observed.volumes).to.deep.equal([]);
				expect(look(after, history, purge).steps).to.deep.equal([]);
			}),
			runs,
		);
	});

	it('must leave only volumes and images of an app that the target dropped', () => {
		fc.assert(
			fc.property(histories, (history) => {
				const world = removalsEnd(worldAfter(history));
				const after = executePlan(world, computeAppPlan(lookAt(world, undefined)));
				expect(after.observed.containers).to.deep.equal([]);
				expect(after.observed.networks.map(({ name }) => name)).to.satisfy((names: string[]) =>
					names.every((name) => name === 'supervisor0'),
				);
				expect(after.observed.volumes).to.deep.equal(world.observed.volumes);
			}),
			runs,
		);
	});

	it('must be the same for the same look', () => {
		fc.assert(
			fc.property(histories, (history) => {
				const world = worldAfter(history);
				expect(look(world, history)).to.deep.equal(look(world, history));
			}),
			runs,
		);
	});

	it('must pull every image before anything of the old release stops, unless a person asks for it', () => {
		fc.assert(
			fc.property(histories, (history) => {
				const world = worldAfter(history);
				const plan = look(world, history);
				const pulls = plan.steps.filter(({ kind }) => kind === 'pullImage').map(({ id }) => id);
				const stops = plan.steps.filter(
					({ kind, after }) => kind === 'stopContainer' && !after.includes('takeLocks at once'),
				);
				for (const stop of stops) {
					expect([...ancestorsOf(plan, stop.id)]).to.include.members(pulls);
				}
			}),
			runs,
		);
	});

	it('must stop nothing of the old release while an image can never be had', () => {
		fc.assert(
			fc.property(histories, (history) => {
				const world = worldAfter({ ...history });
				const app = sketchApp(history.sketch);
				const there = new Set(world.observed.images.flatMap(({ references }) => references));
				const refusedImages = (app.release?.services ?? [])
					.map(({ image }) => image)
					.filter((image) => !there.has(image) && !there.has(`${image}:latest`));
				fc.pre(refusedImages.length > 0);
				const plan = look(world, { ...history, intents: [] }, { refusedImages });
				expect(kindsOf(plan)).not.to.include.members(['removeContainer']);
				expect(kindsOf(plan)).not.to.include('pullImage');
				expect(kindsOf(plan)).not.to.include('recordCommit');
				executePlan(world, plan, { pick: picker(history.choices) });
			}),
			runs,
		);
	});
});

function kindsOf({ steps }: Plan): string[] {
	return steps.map(({ kind }) => kind);
}

function ancestorsOf({ steps }: Plan, id: string): Set<string> {
	const byId = new Map(steps.map((step) => [step.id, step]));
	const found = new Set<string>();
	const visit = (from: string): void => {
		for (const before of byId.get(from)?.after ?? []) {
			if (found.has(before)) continue;
			found.add(before);
			visit(before);
		}
	};
	visit(id);
	return found;
}

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import {
	corpusPlans,
	plansAsText,
	readCorpus,
	withPlan,
	type CorpusFile,
	type PartPlan,
} from './testing/corpus.ts';
import { corpusWorld } from './testing/corpus-world.ts';
import { executePlan } from './testing/simulator.ts';
import type { World } from './testing/world.ts';

/** Rewrites the plans of the corpus; the difference is to be reviewed as behaviour. */
const isRewriting = process.env['UPDATE_GOLDEN'] === '1';

describe('the corpus of plans', () => {
	const corpus = readCorpus(path.join(import.meta.dirname, 'testing/corpus'));

	for (const { file, text, scenario } of corpus) {
		it(`must ${scenario.name} (${path.basename(file)})`, () => {
			const world = corpusWorld(scenario);
			const plans = corpusPlans(scenario, world);
			const plan = plansAsText(plans);
			if (isRewriting) writeFileSync(file, withPlan(text, plan));
			else expect(plan).to.equal(scenario.plan);
			if (!scenario.ends) return;
			const left = plansAtRest(scenario, world).filter((part) => part.plan.steps.length > 0);
			expect(plansAsText(left)).to.equal('nothing\n');
		});
	}

	it('must tell every scenario apart by its name', () => {
		const names = corpus.map(({ scenario }) => scenario.name);
		expect(new Set(names).size).to.equal(names.length);
	});
});

/** Rounds in which a plan of the device follows those of the apps, and what is removed makes way. */
const roundsUntilRest = 3;

/** What is left to do when the plans are carried out again and again. */
function plansAtRest(scenario: Scenario, world: World): PartPlan[] {
	let now = world;
	for (let round = 0; round < roundsUntilRest; round++) {
		const asked = round === 0 ? scenario : withoutReplacements(scenario);
		now = corpusPlans(asked, now).reduce((before, { plan }) => executePlan(before, plan), now);
	}
	return corpusPlans(withoutReplacements(scenario), now);
}

type Scenario = CorpusFile['scenario'];

/** A replacement is asked for once: of the containers that are there then. */
function withoutReplacements(scenario: Scenario): Scenario {
	const intents = Object.entries(scenario.flags.intents).map(
		([app, asked]) => [app, asked.filter((intent) => !('restart' in intent))] as const,
	);
	return { ...scenario, flags: { ...scenario.flags, intents: Object.fromEntries(intents) } };
}

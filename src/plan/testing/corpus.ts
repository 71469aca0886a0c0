import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { applyContracts } from '../../model/apply-contracts.ts';
import { labelNames } from '../../model/labels.ts';
import type { ObservedState } from '../../model/observed.ts';
import type { Intent, Plan } from '../../model/plan.ts';
import { planApp, type AppPlanInput } from '../app-plan.ts';
import { appsToPlan } from '../apps-to-plan.ts';
import { computeBootPlan } from '../boot/boot-plan.ts';
import { describePlan } from '../describe-plan.ts';
import { computeDevicePlan } from '../device-plan.ts';
import { indexObserved } from '../observed-index.ts';
import { CorpusScenario, type CorpusIntent } from './corpus-scenario.ts';
import { oldImagesOf, sketchContext, sketchTarget, sketchUniverse } from './sketch.ts';
import type { World } from './world.ts';

export interface CorpusFile {
	readonly file: string;
	readonly text: string;
	readonly scenario: CorpusScenario;
}

/** Every scenario of a folder, by file name. @throws {Error} if a file is not a scenario */
export function readCorpus(folder: string): CorpusFile[] {
	const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
	return names.sort().map((name) => {
		const file = path.join(folder, name);
		const text = readFileSync(file, 'utf8');
		const scenario = CorpusScenario.safeParse(parse(text));
		if (scenario.success) return { file, text, scenario: scenario.data };
		throw new Error(`${name}: ${scenario.error.message}`);
	});
}

/** The plan of one part of the device: of an app by its uuid, of `boot`, or of `device` for what else belongs to no app. */
export interface PartPlan {
	readonly part: string;
	readonly plan: Plan;
}

/** What the planner says of a world, app by app; parts that need nothing are left out. */
export function corpusPlans(scenario: CorpusScenario, world: World): PartPlan[] {
	const { target, flags } = scenario;
	const { target: wanted } = applyContracts(sketchTarget(...target), sketchUniverse);
	const { observed, storedImages } = world;
	const index = indexObserved(observed);
	const apps = appsToPlan(wanted, observed).map((app) => {
		const intents = (flags.intents[app.appUuid] ?? []).map((one) => intentOf(one, observed));
		const input: AppPlanInput = {
			...app,
			apps: wanted.apps,
			observed,
			context: {
				...sketchContext,
				overrideLocks: flags.overrideLocks,
				rebootDueFor: world.rebootDueFor,
			},
			intents,
			currentCommit: world.commits[app.appUuid],
			force: flags.force,
			refusedImages: flags.refusedImages,
			oldImages: oldImagesOf(world, wanted.apps),
			adopted: world.adopted,
		};
		return { part: app.appUuid, plan: planApp(input, index) };
	});
	const device = computeDevicePlan({ target: wanted, observed, storedImages });
	const boot = { part: 'boot', plan: bootPlanOf(scenario, world) };
	return [boot, ...apps, { part: 'device', plan: device }].filter(
		({ plan }) => describePlan(plan).length > 0,
	);
}

function bootPlanOf({ config, boot }: CorpusScenario, world: World): Plan {
	const { deviceType, managed, resting } = boot;
	const { bootFiles: files = [], rebootReasons: dueReasons = [] } = world;
	const observed = { deviceType, files, faults: [] };
	return computeBootPlan({ config, observed, managed, dueReasons, resting: new Set(resting) }).plan;
}

function intentOf(intent: CorpusIntent, { containers }: ObservedState): Intent {
	if ('stop' in intent) return { kind: 'stop', serviceName: intent.stop };
	if ('start' in intent) return { kind: 'start', serviceName: intent.start };
	if ('purge' in intent) return { kind: 'purge' };
	const named = containers.filter(({ labels }) =>
		intent.restart.includes(labels[labelNames.serviceName] ?? ''),
	);
	return { kind: 'replace', containerIds: named.map(({ containerId }) => containerId) };
}

/** One line a step; with more than one part, each begins with a line that names it. Empty plan: `nothing`. */
export function plansAsText(plans: readonly PartPlan[]): string {
	const lines = plans.flatMap(({ part, plan }) => [
		...(plans.length > 1 ? [`${part}:`] : []),
		...describePlan(plan),
	]);
	return lines.length === 0 ? 'nothing\n' : `${lines.join('\n')}\n`;
}

/** The file with another plan; everything before it stays as it is written. */
export function withPlan(text: string, plan: string): string {
	const [head = ''] = text.split(/^plan:/m, 1);
	const indented = plan
		.trimEnd()
		.split('\n')
		.map((line) => `  ${line}`);
	return `${head}plan: |\n${indented.join('\n')}\n`;
}

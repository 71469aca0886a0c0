import { expect } from 'chai';
import fc from 'fast-check';
import groupBy from 'lodash/groupBy.js';
import { labelNames } from '../model/labels.ts';
import type { Plan, Step } from '../model/plan.ts';
import { describePlan } from './describe-plan.ts';
import { isRunning } from './is-running.ts';
import { befall } from './testing/arbitraries.ts';
import { historyArbitrary, type Happening, type History } from './testing/histories.ts';
import {
	elapse,
	isAboutOurs,
	plansOf,
	reboot,
	work,
	type CarryOutOptions,
	type SimulatedDevice,
} from './testing/simulated-device.ts';
import { sketchTarget } from './testing/sketch.ts';
import { emptyWorld, type World } from './testing/world.ts';

/** Histories to go through; ten thousand of them take less than a minute. */
const count = Number(process.env['HISTORIES'] ?? 200);

/** Looks until a device must be at rest: what waits for another service is started in a look of its own. */
const longestQuiet = 12;

/** What belongs to nobody we know. */
const strangers: World = {
	...emptyWorld,
	observed: {
		...emptyWorld.observed,
		networks: [
			{
				networkId: 'theirs',
				name: 'theirs',
				driver: 'bridge',
				labels: {},
				subnets: [],
				gateways: [],
				options: {},
			},
		],
		volumes: [{ name: '77_theirs', driver: 'local', labels: {} }],
		images: [
			{ engineImageId: 'sha256:theirs', references: ['theirs:1'], sizeBytes: 1, labels: {} },
		],
	},
};

describe('any history of a device', function () {
	this.timeout(count * 60 + 30_000);

	it(`must end at its target, with nothing lost and nothing twice (${count} histories)`, () => {
		fc.assert(
			fc.property(historyArbitrary, (history) => {
				const lived = history.happenings.reduce(
					(device, happening) => after(device, happening, history),
					deviceAtFirst(),
				);
				const volumes = lived.world.observed.volumes;
				const target = sketchTarget(...history.apps);
				const rested = atRest({ ...lived, target, intents: {} }, history);
				expect(textsOf(plansOf(rested))).to.deep.equal(textsOf(plansOf(shuffled(rested))));
				expect(rested.world.observed.volumes).to.include.deep.members([...volumes]);
				expectRunning(rested);
			}),
			{ numRuns: count },
		);
	});
});

function deviceAtFirst(): SimulatedDevice {
	return { world: strangers, nowMs: 0, target: sketchTarget(), intents: {}, runningSince: {} };
}

function after(device: SimulatedDevice, happening: Happening, history: History): SimulatedDevice {
	switch (happening.kind) {
		case 'target':
			return { ...device, target: sketchTarget(...happening.apps), intents: {} };
		case 'work':
			return worked(device, happening, history);
		case 'mishap':
			return { ...device, world: befall(device.world, happening.mishap) };
		case 'ask':
			return { ...device, intents: { ...device.intents, [happening.appUuid]: happening.intents } };
		case 'elapse':
			return elapse(device, happening.ms);
		case 'reboot':
			return reboot(device);
	}
}

function worked(
	device: SimulatedDevice,
	{ limit, refusedEvery }: Extract<Happening, { kind: 'work' }>,
	history: History,
): SimulatedDevice {
	let turn = 0;
	const fails = (): boolean => ++turn % refusedEvery === 0;
	const options = { ...ordinary(history), limit, fails };
	return workFairly(device, options);
}

function ordinary({ choices }: History): CarryOutOptions {
	let turn = 0;
	return {
		pick: (ready) => (choices[turn++ % choices.length] ?? 0) % Math.max(1, ready),
		limit: Infinity,
		fails: () => false,
		onStep: (step: Step, device) => {
			if (!isAboutOurs(step, device)) throw new Error(`${step.id} is not about ours`);
			if (step.kind === 'removeVolume') throw new Error(`${step.id} without a purge`);
		},
	};
}

/** Nothing more happens but time and what the supervisor does. */
function atRest(device: SimulatedDevice, history: History): SimulatedDevice {
	let now = device;
	for (let look = 0; look < longestQuiet; look += 1) {
		now = elapse(withoutRemovals(now), 5000);
		if (plansOf(now).every(({ steps }) => steps.length === 0)) return now;
		now = workFairly(now, ordinary(history));
	}
	throw new Error(`no rest: ${JSON.stringify(textsOf(plansOf(now)))}`);
}

/** The engine ends the removals it is at. */
function withoutRemovals(device: SimulatedDevice): SimulatedDevice {
	const { observed } = device.world;
	const containers = observed.containers.filter(({ state }) => state !== 'removing');
	return { ...device, world: { ...device.world, observed: { ...observed, containers } } };
}

/** The same world, read in another order. */
function shuffled(device: SimulatedDevice): SimulatedDevice {
	const { observed } = device.world;
	const turned = {
		...observed,
		containers: observed.containers.toReversed(),
		networks: observed.networks.toReversed(),
		images: observed.images.toReversed(),
	};
	return { ...device, world: { ...device.world, observed: turned } };
}

function textsOf(plans: readonly Plan[]): string[][] {
	return plans.map(describePlan);
}

/** Works as the supervisor does, and finds what is not its own as it was. */
function workFairly(device: SimulatedDevice, options: CarryOutOptions): SimulatedDevice {
	const worked = work(device, options);
	expect(strangersIn(worked.world)).to.deep.equal(strangersIn(device.world));
	return worked;
}

function strangersIn({ observed }: World): unknown[] {
	return [
		observed.networks.find(({ networkId }) => networkId === 'theirs'),
		observed.volumes.find(({ name }) => name === '77_theirs'),
		observed.images.find(({ references }) => references.includes('theirs:1')),
	];
}

/** One container for each service and none else; a service that waits may have none, or its old one beside. */
function expectRunning(device: SimulatedDevice): void {
	const { observed } = device.world;
	const waits = plansOf(device).flatMap((plan) => plan.waits ?? []);
	const waiting = new Set(waits.map(({ appUuid, serviceName }) => `${appUuid}/${serviceName}`));
	const wanted = device.target.apps.flatMap(({ appUuid, release }) =>
		(release?.services ?? []).map(({ serviceName }) => `${appUuid}/${serviceName}`),
	);
	const serviceOf = ({ labels }: (typeof observed.containers)[number]): string =>
		`${labels[labelNames.appUuid] ?? ''}/${labels[labelNames.serviceName] ?? ''}`;
	const found = groupBy(observed.containers, serviceOf);
	expect(wanted).to.include.members(Object.keys(found));
	expect(Object.keys(found)).to.include.members(wanted.filter((service) => !waiting.has(service)));
	for (const [service, containers] of Object.entries(found)) {
		expect(containers.filter(isRunning).length, service).to.be.at.most(1);
		expect(containers.length, service).to.be.at.most(waiting.has(service) ? 2 : 1);
	}
}

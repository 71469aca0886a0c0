import { expect } from 'chai';
import { decodeTargetDevice } from '../model/target-document.ts';
import { isAwaitingEngine } from './app-plan.ts';
import { appsToPlan } from './apps-to-plan.ts';
import { computeDevicePlan } from './device-plan.ts';
import { describePlan } from './describe-plan.ts';
import {
	lookAt,
	settled,
	sketchApp,
	sketchContext,
	sketchTarget,
	type AppSketch,
} from './testing/sketch.ts';
import { emptyWorld, type World } from './testing/world.ts';
import { computePlan } from './whole-plan.ts';

const one: AppSketch = { services: { web: {} } };
const two: AppSketch = { uuid: 'app2', id: 2, services: { api: {} } };

function planOf(world: World, target: Parameters<typeof computePlan>[0]['target']) {
	return computePlan({
		target,
		observed: world.observed,
		context: sketchContext,
		intents: {},
		currentCommits: world.commits,
		force: false,
		storedImages: world.storedImages,
	});
}

describe('computePlan', () => {
	it('must plan nothing for a settled device', () => {
		const world = settled(two, settled(one));
		expect(planOf(world, sketchTarget(one, two)).steps).to.deep.equal([]);
	});

	it('must hold the plans of all apps and of the device, with ids of their own', () => {
		const plan = planOf(settled(one), sketchTarget(two));
		expect(describePlan(plan)).to.deep.equal([
			'#1 takeLocks app1 (running services are about to change)',
			'#2 stopContainer web after #1 (app not in target)',
			'#3 removeContainer web after #2 (app not in target)',
			'#4 removeNetwork default after #3 (app not in target)',
			'#5 releaseLocks app1 after #4 (the change is done)',
			'#6 pullImage api (image absent)',
			'#7 createNetwork default (absent on engine)',
			'#8 createContainer api after #6 #7 (absent on engine)',
			'#9 startContainer api after #8 (absent on engine)',
			'#10 recordCommit hello after #9 (release is applied)',
		]);
		expect(new Set(plan.steps.map(({ id }) => id)).size).to.equal(plan.steps.length);
	});

	it('must be data that survives JSON', () => {
		const plan = planOf(emptyWorld, sketchTarget(one));
		expect(JSON.stringify(plan)).to.include('"cause":"absent on engine"');
	});
});

describe('appsToPlan', () => {
	it('must name the apps of the target and those that only the engine knows, by uuid', () => {
		const apps = appsToPlan(sketchTarget(two), settled(one).observed);
		expect(apps.map(({ appUuid, appId, target }) => [appUuid, appId, target?.name])).to.deep.equal([
			['app1', 1, undefined],
			['app2', 2, 'hello'],
		]);
	});

	it('must leave out rejected apps, so that what they run stays as it is', () => {
		const target = decodeTargetDevice({
			name: 'x',
			config: {},
			apps: { app1: { id: 1, name: 'bad', releases: { c: 5 } } },
		});
		expect(target.rejected).to.have.length(1);
		expect(appsToPlan(target, settled(one).observed)).to.deep.equal([]);
	});

	it('must know an app by its id when it comes with a new uuid', () => {
		const apps = appsToPlan(sketchTarget({ ...one, uuid: 'new' }), settled(one).observed);
		expect(apps.map(({ appUuid }) => appUuid)).to.deep.equal(['new']);
	});
});

describe('computeDevicePlan', () => {
	const stored = { ...settled(one), storedImages: ['web:1', 'old:1', 'gone:1'] };
	const image = { sizeBytes: 1, labels: {} };
	const observed = {
		...stored.observed,
		images: [
			...stored.observed.images,
			{ ...image, engineImageId: 'sha256:old', references: ['old:1'] },
			{ ...image, engineImageId: 'sha256:mine', references: ['not-ours:1'] },
		],
	};

	it('must remove stored images that nobody uses, and no others', () => {
		const plan = computeDevicePlan({ ...stored, target: sketchTarget(one), observed });
		expect(describePlan(plan)).to.deep.equal([
			'#1 removeImage gone:1 (used by no target and no container)',
			'#2 removeImage old:1 (used by no target and no container)',
		]);
	});

	it('must keep what a container uses although the target does not name it', () => {
		const plan = computeDevicePlan({ ...stored, target: sketchTarget(two), observed });
		expect(plan.steps.map(({ resource }) => resource)).to.not.include('web:1');
	});
});

describe('isAwaitingEngine', () => {
	it('must tell an app that is settled from one that waits for a removal', () => {
		const world = settled(one);
		const { containers } = world.observed;
		const observed = {
			...world.observed,
			containers: containers.map((one) => ({ ...one, state: 'removing' as const })),
		};
		const removing = { ...world, observed };
		expect(isAwaitingEngine(lookAt(world, sketchApp(one)))).to.equal(false);
		expect(isAwaitingEngine(lookAt(removing, sketchApp(one)))).to.equal(true);
	});
});

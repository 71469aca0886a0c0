import { expect } from 'chai';
import type { TargetApp } from '../model/target.ts';
import { computeAppPlan } from './app-plan.ts';
import { describePlan } from './describe-plan.ts';
import { computeDevicePlan } from './device-plan.ts';
import { lookAt, settled, sketchApp, sketchTarget, type AppSketch } from './testing/sketch.ts';
import { emptyWorld, type World } from './testing/world.ts';

const sketch = { services: { web: {} } };
const local: TargetApp = { ...sketchApp(sketch), hasOwnImages: true };

/** The same target, set when the engine had this image under the reference. */
function accepting(engineImageId: string): TargetApp {
	const { release, ...app } = local;
	const services = (release?.services ?? []).map((service) => ({ ...service, engineImageId }));
	return { ...app, release: release && { ...release, services } };
}

/** The world after `web:1` was built anew: the former image has lost its name. */
function rebuilt(world: World): World {
	const [image] = world.observed.images;
	if (image === undefined) throw new Error('no image in the world');
	const images = [
		{ ...image, references: [] },
		{ ...image, engineImageId: 'sha256:new' },
	];
	return { ...world, observed: { ...world.observed, images } };
}

describe('apps whose images are made on the device', () => {
	it('must pull nothing, and say which image is missing', () => {
		const plan = computeAppPlan(lookAt(emptyWorld, local));
		expect(plan.steps.map(({ kind }) => kind)).to.not.include('pullImage');
		expect(plan.waits?.map(({ code, reason }) => [code, reason])).to.deep.equal([
			[
				'imageRefused',
				'web:1 is not on the engine; it is built or loaded there, and not downloaded',
			],
		]);
	});

	it('must leave a container alone whose tag has moved since the target was set', () => {
		const world = settled(sketch);
		const former = world.observed.containers[0]?.engineImageId ?? '';
		const plan = computeAppPlan(lookAt(rebuilt(world), accepting(former)));
		expect(plan.steps).to.deep.equal([]);
	});

	it('must replace it once the target is set again, although its text is the same', () => {
		const world = rebuilt(settled(sketch));
		const plan = computeAppPlan(lookAt(world, accepting('sha256:new')));
		expect(describePlan(plan)).to.include('#2 stopContainer web after #1 (new image)');
	});

	it('must keep a container made of the newer image before the target is set again', () => {
		const world = rebuilt(settled(sketch));
		const containers = world.observed.containers.map((container) => ({
			...container,
			engineImageId: 'sha256:new',
		}));
		const anew = { ...world, observed: { ...world.observed, containers } };
		expect(computeAppPlan(lookAt(anew, accepting('sha256:former'))).steps).to.deep.equal([]);
	});

	it('must tidy up no image while somebody builds on the device', () => {
		const { observed } = settled(sketch);
		const storedImages = ['old:1'];
		const target = sketchTarget(sketch);
		expect(computeDevicePlan({ target, observed, storedImages }).steps).to.have.length(1);
		const keeping = { ...target, keepsImages: true };
		expect(computeDevicePlan({ target: keeping, observed, storedImages }).steps).to.deep.equal([]);
	});

	it('must tidy up what came in a bundle even then, once nothing uses it', () => {
		const old = `bundle.invalid/hello/web:${'2'.repeat(64)}`;
		const { observed } = settled(sketch);
		const target = { ...sketchTarget(sketch), keepsImages: true };
		const plan = computeDevicePlan({ target, observed, storedImages: ['old:1', old] });
		expect(plan.steps.map(({ resource }) => resource)).to.deep.equal([old]);
	});
});

describe('apps whose images come in a bundle', () => {
	const image = `bundle.invalid/hello/web:${'1'.repeat(64)}`;
	const bundled: AppSketch = { services: { web: { image } } };

	it('must pull nothing, and say that the bundle has to be imported', () => {
		const plan = computeAppPlan(lookAt(emptyWorld, sketchApp(bundled)));
		expect(plan.steps.map(({ kind }) => kind)).to.not.include('pullImage');
		expect(plan.waits?.map(({ code, reason }) => [code, reason])).to.deep.equal([
			[
				'imageRefused',
				`${image} is not on the engine; it comes in a bundle, which has to be imported`,
			],
		]);
	});

	it('must keep what runs of a former release meanwhile', () => {
		const plan = computeAppPlan(lookAt(settled(sketch), sketchApp(bundled)));
		expect(plan.steps).to.deep.equal([]);
	});

	it('must go on once the image is there', () => {
		const there = { engineImageId: 'sha256:1', references: [image], sizeBytes: 1, labels: {} };
		const world = { ...emptyWorld, observed: { ...emptyWorld.observed, images: [there] } };
		const plan = computeAppPlan(lookAt(world, sketchApp(bundled)));
		expect(plan.waits ?? []).to.deep.equal([]);
		expect(plan.steps.map(({ kind }) => kind)).to.include('createContainer');
	});
});

describe('an app that goes while another one has its number', () => {
	it("must not take the other's containers and networks along", () => {
		const other = { ...sketch, uuid: 'other', id: 1 };
		const world = settled(other);
		const plan = computeAppPlan({ ...lookAt(world, undefined), appId: local.appId });
		expect(plan.steps).to.deep.equal([]);
	});
});

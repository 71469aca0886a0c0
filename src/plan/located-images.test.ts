import { expect } from 'chai';
import type { ObservedImage } from '../model/observed.ts';
import { computeAppPlan } from './app-plan.ts';
import { describePlan } from './describe-plan.ts';
import { computeDevicePlan } from './device-plan.ts';
import { lookAt, settled, sketchApp, sketchTarget, type AppSketch } from './testing/sketch.ts';
import type { World } from './testing/world.ts';

const location = (letter: string): string => `registry.test/v2/${letter.repeat(32)}`;
const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const wanted = `${location('a')}@${digest('a')}`;
const app: AppSketch = { services: { web: { image: wanted } } };
const none: AppSketch = { services: {} };

/** The image of the settled app under other names. */
function named(world: World, references: readonly string[]): World {
	const images: readonly ObservedImage[] = world.observed.images.map((image) => ({
		...image,
		references,
	}));
	return { ...world, observed: { ...world.observed, images } };
}

function withoutContainers(world: World): World {
	return { ...world, observed: { ...world.observed, containers: [] } };
}

const removed = ({ observed, storedImages }: World, target: AppSketch): readonly string[] =>
	computeDevicePlan({ target: sketchTarget(target), observed, storedImages }).steps.flatMap(
		(step) => (step.kind === 'removeImage' ? step.references : []),
	);

describe('an image that another supervisor made of a delta', () => {
	const tags = [`${location('a')}:latest`, `${location('a')}:delta-1`];
	/** Its containers are named after the image's id. */
	const world = ((): World => {
		const before = named(settled(app), tags);
		const containers = before.observed.containers.map((container) => ({
			...container,
			imageReference: container.engineImageId,
		}));
		return { ...before, observed: { ...before.observed, containers } };
	})();

	it('must be known by the tag of its location: its container stays, and nothing is pulled', () => {
		expect(describePlan(computeAppPlan(lookAt(world, sketchApp(app))))).to.deep.equal([]);
	});

	it('must not be taken for one of another location', () => {
		const other = { services: { web: { image: `${location('b')}@${digest('b')}` } } };
		const [first] = describePlan(computeAppPlan(lookAt(world, sketchApp(other))));
		expect(first).to.equal('#1 pullImage web (image absent)');
	});

	it('must go with all its tags once nothing uses it, and not before', () => {
		expect(removed(world, none)).to.deep.equal([]);
		expect(removed(withoutContainers(world), app)).to.deep.equal([]);
		expect(removed(withoutContainers(world), none)).to.deep.equal([...tags, wanted]);
	});
});

describe('an image that another supervisor pulled, and gave a tag', () => {
	it('must go with its tag, which would keep it on the disk', () => {
		const world = named(settled(app), [`${location('a')}:latest`, wanted]);
		expect(removed(withoutContainers(world), none)).to.deep.equal([
			`${location('a')}:latest`,
			wanted,
		]);
	});

	it('must keep a tag that is wanted, and those of other places', () => {
		const tag = `${location('a')}:latest`;
		const world = withoutContainers(named(settled(app), [tag, wanted, 'mine:1']));
		expect(removed(world, none)).to.deep.equal([tag, wanted]);
		expect(removed(world, { services: { web: { image: location('a') } } })).to.deep.equal([wanted]);
	});

	it('must not be taken for what its location has under another digest', () => {
		const world = named(settled(app), [`${location('a')}:latest`, wanted]);
		const other = { services: { web: { image: `${location('a')}@${digest('b')}` } } };
		const [first] = describePlan(computeAppPlan(lookAt(world, sketchApp(other))));
		expect(first).to.equal('#1 pullImage web (image absent)');
	});
});

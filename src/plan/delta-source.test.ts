import { expect } from 'chai';
import { computeAppPlan } from './app-plan.ts';
import { describePlan } from './describe-plan.ts';
import { computeDevicePlan } from './device-plan.ts';
import type { ServiceImages } from './delta-source.ts';
import { lookAt, settled, sketchApp, sketchTarget, type AppSketch } from './testing/sketch.ts';
import type { World } from './testing/world.ts';
import { computePlan } from './whole-plan.ts';

const registry = 'registry.test/v2';
const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const [first, second] = [`${registry}/a@${digest('1')}`, `${registry}/b@${digest('2')}`];
const release = (
	image: string,
	strategy = 'download-then-kill',
	number = image === first ? 1 : 2,
): AppSketch => ({
	commit: `c${number}`,
	releaseId: number,
	services: { web: { image, labels: { 'io.balena.update.strategy': strategy } } },
});

const pullsOf = (world: World, sketch: AppSketch, deltaImages?: ServiceImages) =>
	computeAppPlan(lookAt(world, sketchApp(sketch), { deltaImages })).steps.flatMap((step) =>
		step.kind === 'pullImage' ? [step] : [],
	);
const withImage = (world: World, reference: string): World => {
	const image = { engineImageId: `sha256:${reference}`, references: [reference] };
	const images = [...world.observed.images, { ...image, sizeBytes: 1, labels: {} }];
	return { ...world, observed: { ...world.observed, images } };
};

describe('sources of deltas', () => {
	const before = settled(release(first));

	const cases: readonly {
		readonly name: string;
		readonly had?: readonly string[];
		readonly wanted?: string;
		readonly strategy?: string;
		readonly world?: World;
		readonly source: string | undefined;
	}[] = [
		{ name: 'the image that the service had', source: first },
		{
			name: 'the first of those that it had',
			had: [first, `${registry}/c:1`],
			world: withImage(before, `${registry}/c:1`),
			source: first,
		},
		{
			name: 'one that is on the device',
			had: [`${registry}/gone:1`, first],
			source: first,
		},
		{
			name: 'none when none is on the device',
			had: [`${registry}/gone:1`],
			source: undefined,
		},
		{ name: 'none for a service that had none', had: [], source: undefined },
		{
			name: 'found for a service that is stopped before its download',
			strategy: 'kill-then-download',
			source: first,
		},
		{
			name: 'none for a service whose old image is removed first',
			strategy: 'delete-then-download',
			source: undefined,
		},
		{
			name: 'none where the new image comes from another registry',
			wanted: 'elsewhere.test/v2/b:2',
			source: undefined,
		},
		{ name: 'none where no registry is named', wanted: 'b:2', source: undefined },
	];
	for (const { name, had = [first], wanted = second, strategy, world = before, source } of cases) {
		it(`must be ${name}`, () => {
			const [step, ...others] = pullsOf(world, release(wanted, strategy), { web: had });
			expect(others).to.deep.equal([]);
			expect(step?.deltaSource).to.equal(source);
			expect(step?.cause).to.equal(
				source === undefined ? 'image absent' : `image absent, a delta of ${source}`,
			);
		});
	}

	it('must be none where deltas are not asked for', () => {
		const [step] = pullsOf(before, release(second));
		expect(step).to.not.have.property('deltaSource');
	});

	it('must be none of an object’s own members', () => {
		const sketch: AppSketch = { services: { constructor: { image: second } } };
		expect(pullsOf(before, sketch, {})[0]).to.not.have.property('deltaSource');
	});

	it('must be that of any service which waits for the image', () => {
		const sketch: AppSketch = { services: { web: { image: second }, twin: { image: second } } };
		const pulls = pullsOf(before, sketch, { twin: [first] });
		expect(pulls.map(({ deltaSource }) => deltaSource)).to.deep.equal([first]);
	});

	it('must be told in the plan', () => {
		const plan = computeAppPlan(
			lookAt(before, sketchApp(release(second)), { deltaImages: { web: [first] } }),
		);
		expect(describePlan(plan)[0]).to.equal(`#1 pullImage web (image absent, a delta of ${first})`);
	});
});

describe('images that a delta may still be made of', () => {
	/** As the device is while a service that was stopped first waits for its image. */
	const stopped = (): World => {
		const { observed, ...world } = settled(release(first));
		return { ...world, observed: { ...observed, containers: [] } };
	};
	const tidy = (world: World, wanted: string, deltaImages?: Record<string, ServiceImages>) =>
		computeDevicePlan({
			target: sketchTarget(release(wanted, 'kill-then-download')),
			observed: world.observed,
			storedImages: world.storedImages,
			deltaImages,
		}).steps.map(({ resource }) => resource);

	it('must stay while the image that is made of them is not there', () => {
		expect(tidy(stopped(), second, { app1: { web: [first] } })).to.deep.equal([]);
	});

	it('must go once it is there', () => {
		const world = withImage(stopped(), second);
		expect(tidy(world, second, { app1: { web: [first] } })).to.deep.equal([first]);
	});

	it('must go where no deltas are asked for, and those of other apps in any case', () => {
		expect(tidy(stopped(), second)).to.deep.equal([first]);
		expect(tidy(stopped(), second, { other: { web: [first] } })).to.deep.equal([first]);
	});

	it('must be seen by a dry run, too', () => {
		const { observed, storedImages, commits } = stopped();
		const { context } = lookAt(stopped(), undefined);
		const input = {
			...{ observed, storedImages, context, intents: {}, currentCommits: commits, force: false },
			target: sketchTarget(release(second, 'kill-then-download')),
		};
		const plan = computePlan({ ...input, deltaImages: { app1: { web: [first] } } });
		const pull = plan.steps.find(({ kind }) => kind === 'pullImage');
		expect(pull).to.have.property('deltaSource', first);
		expect(plan.steps.map(({ kind }) => kind)).to.not.include('removeImage');
	});
});

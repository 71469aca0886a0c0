import { expect } from 'chai';
import { computeAppPlan } from './app-plan.ts';
import { lookAt, sketchApp, type AppSketch } from './testing/sketch.ts';
import { emptyWorld } from './testing/world.ts';

const pullsOf = (sketch: AppSketch) =>
	computeAppPlan(lookAt(emptyWorld, sketchApp(sketch))).steps.flatMap((step) =>
		step.kind === 'pullImage' ? [step] : [],
	);

describe('pulls', () => {
	it('must ask for the platform that a service names, and for none otherwise', () => {
		const compose = { platform: 'linux/arm64' };
		const pulls = pullsOf({ services: { web: { compose }, db: {} } });
		expect(pulls.map(({ image, platform }) => [image, platform])).to.deep.equal([
			['web:1', 'linux/arm64'],
			['db:1', undefined],
		]);
		expect(pulls[1]).to.not.have.property('platform');
	});
});

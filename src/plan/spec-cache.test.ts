import { expect } from 'chai';
import type { TargetRelease } from '../model/target.ts';
import { toContainerSpec } from './compose/container-spec.ts';
import { createSpecCache } from './spec-cache.ts';
import { sketchApp, sketchContext } from './testing/sketch.ts';

describe('createSpecCache', () => {
	const app = sketchApp({ services: { web: {} } });
	const releaseOf = ({ release }: typeof app): TargetRelease => {
		if (release === undefined) throw new Error('no release');
		return release;
	};
	const release = releaseOf(app);
	const [service] = release.services;
	if (service === undefined) throw new Error('no service');
	const base = { app, release, context: sketchContext };

	it('must say what toContainerSpec says, and compute it once', () => {
		const cache = createSpecCache();
		const first = cache.within(base)(service);
		expect(first).to.deep.equal(toContainerSpec({ ...base, service }));
		expect(cache.within({ ...base, context: { ...sketchContext } })(service)).to.equal(first);
	});

	it('must forget when the app, the release or the device changes', () => {
		const cache = createSpecCache();
		const first = cache.within(base)(service);
		const others = [
			{ ...base, context: { ...sketchContext, osVersion: 'Debian 13' } },
			{ ...base, app: { ...app, name: 'other' } },
			{
				...base,
				release: {
					...release,
					commit: releaseOf(sketchApp({ commit: 'c2', services: {} })).commit,
				},
			},
		];
		for (const other of others) {
			const spec = cache.within(other)(service);
			expect(spec).not.to.equal(first);
			expect(spec).to.deep.equal(toContainerSpec({ ...other, service }));
		}
	});
});

import { expect } from 'chai';
import { effectiveLabelsOf } from '../model/labels.ts';
import { createImageLabels } from './image-labels.ts';
import { indexObserved } from './observed-index.ts';
import { settled, sketchApp } from './testing/sketch.ts';
import { emptyWorld } from './testing/world.ts';

const sketch = { services: { web: { labels: { 'io.balena.features.sysfs': '0' } } } };
const brought = { 'io.resin.features.dbus': '1', 'io.balena.features.sysfs': '1', other: 'x' };

describe('effectiveLabelsOf', () => {
	const cases = [
		{ labels: {}, effective: {} },
		{ labels: { maintainer: 'me', 'io.balena.image.class': 'x' }, effective: {} },
		{
			labels: { 'io.resin.features.dbus': '1' },
			effective: { 'io.balena.features.dbus': '1' },
		},
		{
			labels: { 'io.balena.features.dbus': '0', 'io.resin.features.dbus': '1' },
			effective: { 'io.balena.features.dbus': '0' },
		},
		{
			labels: {
				'io.resin.update.strategy': 'hand-over',
				'io.balena.update.handover-timeout': '5',
				'io.balena.update.requires-reboot': '1',
			},
			effective: {
				'io.balena.update.strategy': 'hand-over',
				'io.balena.update.handover-timeout': '5',
				'io.balena.update.requires-reboot': '1',
			},
		},
	];
	for (const { labels, effective } of cases) {
		it(`must read ${JSON.stringify(labels)}`, () => {
			expect(effectiveLabelsOf(labels)).to.deep.equal(effective);
		});
	}
});

describe('createImageLabels', () => {
	const app = sketchApp(sketch);
	const labelsIn = (one: typeof app) => one.release?.services[0]?.labels;

	it('must add what the release does not say, as soon as the image is there', () => {
		const labels = createImageLabels();
		const world = { ...emptyWorld, imageLabels: { 'web:1': brought } };
		expect(labels.reckonWith(app, indexObserved(world.observed))).to.equal(app);
		const reckoned = labels.reckonWith(app, indexObserved(settled(sketch, world).observed));
		expect(labelsIn(reckoned)).to.deep.equal({
			'io.balena.features.dbus': '1',
			'io.balena.features.sysfs': '0',
		});
	});

	it('must give the same app again while the labels stay, and add nothing twice', () => {
		const labels = createImageLabels();
		const { observed } = settled(sketch, { ...emptyWorld, imageLabels: { 'web:1': brought } });
		const once = labels.reckonWith(app, indexObserved(observed));
		expect(labels.reckonWith(app, indexObserved({ ...observed }))).to.equal(once);
		expect(labels.reckonWith(once, indexObserved(observed))).to.equal(once);
	});

	it('must leave an app alone whose images say nothing', () => {
		const labels = createImageLabels();
		expect(labels.reckonWith(app, indexObserved(settled(sketch).observed))).to.equal(app);
	});
});

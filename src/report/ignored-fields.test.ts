import { expect } from 'chai';
import { sketchTarget } from '../plan/testing/sketch.ts';
import { ignoredFieldNotices } from './ignored-fields.ts';

describe('ignoredFieldNotices', () => {
	it('must say nothing of releases that have their full effect, and of apps without one', () => {
		const target = sketchTarget({ services: { web: {} } }, { uuid: 'app2', id: 2 });
		expect(ignoredFieldNotices(target)).to.deep.equal([]);
	});

	it('must name every field of services, networks and volumes in one line for a release', () => {
		const target = sketchTarget({
			services: {
				web: { compose: { profiles: ['x'], volumes: ['/etc:/etc'] } },
				db: { compose: { nonsense: 1 } },
			},
			networks: { back: { external: true } },
		});
		expect(ignoredFieldNotices(target)).to.deep.equal([
			{
				release: 'app1/c1',
				message:
					'Without effect in release c1 of app hello: services.web.profiles: every service of a release runs; ' +
					'services.web.volumes[0]: /etc is a path of the host; only paths below /tmp may be mounted; ' +
					'services.db.nonsense: not known; networks.back.external: networks belong to their app',
			},
		]);
	});

	it('must name labels for updates that say nothing usable', () => {
		const labels = { 'io.balena.update.strategy': 'kill-all' };
		const [notice] = ignoredFieldNotices(sketchTarget({ services: { web: { labels } } }));
		expect(notice?.message).to.contain('services.web.labels.io.balena.update.strategy: not a');
	});

	it('must stay short', () => {
		const compose = Object.fromEntries(
			Array.from({ length: 30 }, (_, index) => [`field_${index}`, 1]),
		);
		const [notice] = ignoredFieldNotices(sketchTarget({ services: { web: { compose } } }));
		expect(notice?.message).to.match(/field_19: not known; and 10 more$/);
	});
});

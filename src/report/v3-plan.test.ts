import { expect } from 'chai';
import { AppUuid } from '../model/ids.ts';
import type { Step } from '../model/plan.ts';
import { decodeTargetDevice } from '../model/target-document.ts';
import { containerOf, webApp } from './testing/snapshots.ts';
import { reportDryRun } from './v3-plan.ts';

const target = decodeTargetDevice({
	name: 'gate-12',
	config: {},
	apps: {
		[webApp.appUuid]: {
			id: 4711,
			name: 'cold-chain',
			releases: {
				newcommit: {
					id: 80,
					services: {
						web: {
							...{ id: 3, image_id: 8, image: webApp.image, environment: {} },
							labels: { 'io.balena.update.strategy': 'hand-over' },
							composition: { blkio_config: {}, nonsense: 1 },
						},
					},
				},
			},
		},
		broken: { id: 1 },
	},
});
const observed = { atMs: 0, containers: [containerOf()], images: [], networks: [], volumes: [] };

const base = {
	...{ resource: 'web', serviceName: 'web', cause: 'for a test' },
	appUuid: AppUuid.parse(webApp.appUuid),
};
const stop = (after: string[]): Step => ({
	...{ ...base, kind: 'stopContainer', id: 'stop', container: 'c1', after },
});
const start = (after: string[]): Step => ({
	...{ ...base, kind: 'startContainer', id: 'start', container: 'web_new', after },
});

const report = (steps: readonly Step[]) =>
	reportDryRun({ plan: { steps }, target, observed, isVisible: () => true });

describe('reportDryRun', () => {
	const cases = [
		{ name: 'stops before it starts', steps: [stop([]), start(['stop'])], isInterrupted: true },
		{ name: 'starts before it stops', steps: [start([]), stop(['start'])], isInterrupted: false },
		{ name: 'does both at once', steps: [start([]), stop([])], isInterrupted: true },
	];
	for (const { name, steps, isInterrupted } of cases) {
		it(`must tell whether a service is interrupted that ${name}`, () => {
			expect(report(steps).services).to.deep.equal([
				{
					...{ appUuid: webApp.appUuid, serviceName: 'web', change: 'restart' },
					...{ isInterrupted, strategy: 'hand-over' },
				},
			]);
		});
	}

	it('must call no service interrupted that does not run', () => {
		const steps: Step[] = [{ ...stop([]), container: 'c9' } as Step];
		expect(report(steps).services[0]).to.include({ change: 'stop', isInterrupted: false });
	});

	it('must tell what of the target has no effect, and which apps cannot be used', () => {
		const { ignored, rejected } = report([]);
		expect(ignored.map(({ field }) => field).join()).to.include('nonsense');
		expect(rejected.map(({ appUuid }) => appUuid)).to.deep.equal(['broken']);
	});

	it('must tell what is downloaded and for whom', () => {
		const pull: Step = {
			...{ ...base, kind: 'pullImage', id: 'pull', image: webApp.image, after: [] },
			services: [{ serviceName: 'web', serviceId: 3, imageId: 8 }],
		};
		const { downloads, services } = report([pull]);
		expect(downloads).to.deep.equal([{ image: webApp.image, services: ['web'] }]);
		expect(services).to.deep.equal([]);
	});
});

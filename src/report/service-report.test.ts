import { expect } from 'chai';
import type { ObservedContainer } from '../model/observed.ts';
import type { DeviceSnapshot } from '../model/snapshot.ts';
import { containerOf, imageOf, snapshotOf, webApp } from './testing/snapshots.ts';
import { isApplying, reportAppByImage, updateStatusOf } from './app-status.ts';
import { reportServices } from './service-report.ts';
import { reportStateStatus } from './state-status.ts';

const present = { images: [imageOf()] };

describe('reportServices', () => {
	interface Case {
		name: string;
		snapshot: DeviceSnapshot;
		status: string;
		progress?: number | null;
	}
	const running = containerOf();
	const cases: Case[] = [
		{ name: 'no image, no pull yet', snapshot: snapshotOf(), status: 'Downloading', progress: 0 },
		{
			name: 'a pull under way',
			snapshot: snapshotOf({ pulls: { [webApp.image]: 37 } }),
			status: 'Downloading',
			progress: 37,
		},
		{
			name: 'image there, no container',
			snapshot: snapshotOf({ observed: present }),
			status: 'Downloaded',
		},
		{
			name: 'being created',
			snapshot: snapshotOf({ observed: present, volatile: { [webApp.key]: 'Installing' } }),
			status: 'Installing',
		},
		{
			name: 'created, not started',
			snapshot: snapshotOf({
				observed: { ...present, containers: [containerOf({ state: 'created' })] },
			}),
			status: 'Installed',
		},
		{
			name: 'running',
			snapshot: snapshotOf({ observed: { ...present, containers: [running] } }),
			status: 'Running',
		},
		{
			name: 'being stopped',
			snapshot: snapshotOf({
				observed: { ...present, containers: [running] },
				volatile: { [webApp.key]: 'Stopping' },
			}),
			status: 'Stopping',
		},
		{
			name: 'exited',
			snapshot: snapshotOf({
				observed: { ...present, containers: [containerOf({ state: 'exited' })] },
			}),
			status: 'exited',
		},
		{
			name: 'dead',
			snapshot: snapshotOf({
				observed: { ...present, containers: [containerOf({ state: 'dead' })] },
			}),
			status: 'Dead',
		},
	];
	for (const { name, snapshot, status, progress = null } of cases) {
		it(`must say ${status}: ${name}`, () => {
			const [row] = reportServices(snapshot);
			expect(row).to.include({
				serviceName: 'web',
				status,
				downloadProgress: progress,
				isTarget: true,
			});
		});
	}

	const oldContainer: ObservedContainer = containerOf({
		containerId: 'old',
		name: 'web_7_70_oldcommit',
		createdAtSec: 5,
	});

	it('must tell the old release beside the new one while it is downloaded', () => {
		const rows = reportServices(
			snapshotOf({ observed: { containers: [oldContainer] }, pulls: { [webApp.image]: 12 } }),
		);
		expect(rows.map(({ commit, status, isTarget }) => [commit, status, isTarget])).to.deep.equal([
			['newcommit', 'Downloading', true],
			['oldcommit', 'Running', false],
		]);
	});

	it('must say Stopping of the old container, not of the new service', () => {
		const rows = reportServices(
			snapshotOf({
				observed: { ...present, containers: [oldContainer] },
				volatile: { [webApp.key]: 'Stopping' },
			}),
		);
		expect(rows.map(({ status }) => status)).to.deep.equal(['Downloaded', 'Stopping']);
	});

	it('must not take an image for one that is pulled as every object knows its name', () => {
		const { target } = snapshotOf();
		const [app] = target?.apps ?? [];
		const [service] = app?.release?.services ?? [];
		if (!target || !app?.release || !service) throw new Error('no service');
		const release = { ...app.release, services: [{ ...service, image: 'constructor' }] };
		const observed = { containers: [running] };
		const [row] = reportServices(
			snapshotOf({ observed, target: { ...target, apps: [{ ...app, release }] } }),
		);
		expect(row).to.include({ status: 'Running', downloadProgress: null });
	});

	it('must name the newest of two containers of one service', () => {
		const newer = containerOf({ containerId: 'newer', createdAtSec: 99 });
		const [row] = reportServices(snapshotOf({ observed: { containers: [running, newer] } }));
		expect(row?.containerId).to.equal('newer');
	});
});

describe('updateStatusOf', () => {
	const rowOf = (status: string, downloadProgress: number | null = null) => ({
		...reportServices(snapshotOf())[0]!,
		status,
		downloadProgress,
	});
	const cases = [
		{ rows: [rowOf('Running')], status: 'done' },
		{ rows: [rowOf('Running'), rowOf('Downloading', 7)], status: 'downloading' },
		{ rows: [rowOf('Running'), rowOf('Downloaded')], status: 'downloaded' },
		{ rows: [rowOf('Running'), rowOf('Installing')], status: 'applying changes' },
		{ rows: [rowOf('Aborted'), rowOf('Downloading', 7)], status: 'aborted' },
		{ rows: [], status: 'done' },
	];
	for (const { rows, status } of cases) {
		it(`must say ${status} of ${rows.map((row) => row.status).join(', ') || 'nothing'}`, () => {
			expect(updateStatusOf(rows)).to.equal(status);
		});
	}
});

describe('reportStateStatus', () => {
	const applying = snapshotOf({
		pulls: { [webApp.image]: 40 },
		apps: { [webApp.appUuid]: { phase: 'applying', reason: '', since: 0, failures: 0 } },
	});

	it('must say applying, with the mean of the downloads', () => {
		const status = reportStateStatus(applying, () => true);
		expect(status).to.include({ appState: 'applying', overallDownloadProgress: 40 });
		expect(isApplying(applying)).to.equal(true);
	});

	it('must list only images that are wanted or run: none that goes', () => {
		const unused = { ...imageOf(), engineImageId: 'sha256:old', references: ['r/old:1'] };
		const observed = { images: [imageOf(), unused], containers: [containerOf()] };
		const { images } = reportStateStatus(snapshotOf({ observed }), () => true);
		expect(images).to.have.length(1);
		expect(images[0]).to.include({ name: webApp.image, status: 'Downloaded' });
	});

	it('must say Downloading of a wanted image whose download was left', () => {
		const { images } = reportStateStatus(snapshotOf({ pulls: {} }), () => true);
		expect(images[0]).to.include({ name: webApp.image, status: 'Downloading' });
	});

	it('must show nothing of an app the caller does not reach', () => {
		const status = reportStateStatus(applying, () => false);
		expect(status).to.deep.include({ containers: [], images: [], release: null });
	});
});

describe('reportAppByImage', () => {
	it('must answer undefined for an app that is not in the target', () => {
		expect(reportAppByImage(snapshotOf(), 999)).to.equal(undefined);
	});

	it('must leave out the commit until one was applied', () => {
		expect(reportAppByImage(snapshotOf(), webApp.appId)).not.to.have.property('commit');
	});
});

import { expect } from 'chai';
import type { AppCondition, DeviceSnapshot } from '../model/snapshot.ts';
import { reportDeviceSummary } from './device-summary.ts';
import { containerOf, imageOf, snapshotOf, webApp } from './testing/snapshots.ts';

const facts = { apiPort: 48484, ipAddress: '', macAddress: '', supervisorVersion: '20.0.0' };
const observed = { images: [imageOf()], containers: [containerOf()] };
const condition = (failures: number, phase: AppCondition['phase']): DeviceSnapshot['apps'] => ({
	[webApp.appUuid]: { phase, failures, reason: '', since: 0 },
});

describe('the summary of the device', () => {
	it('must say that an update failed until it succeeds, or another is tried', () => {
		const summary = (failures: number, phase: AppCondition['phase']): object =>
			reportDeviceSummary(snapshotOf({ apps: condition(failures, phase) }), facts);
		expect(summary(0, 'applying')).to.include({ update_pending: true, update_failed: false });
		expect(summary(1, 'backoff')).to.include({ update_pending: true, update_failed: true });
	});

	it('must be idle once the service runs and nothing is left to do', () => {
		const currentCommits = { [webApp.appUuid]: 'newcommit' };
		const snapshot = snapshotOf({ observed, currentCommits, apps: condition(0, 'settled') });
		expect(reportDeviceSummary(snapshot, facts)).to.include({
			...{ status: 'Idle', commit: 'newcommit', download_progress: null },
			...{ update_pending: false, update_failed: false, update_downloaded: false },
		});
	});

	it('must tell nothing of an app that the caller may not see', () => {
		const currentCommits = { [webApp.appUuid]: 'newcommit' };
		const snapshot = snapshotOf({ observed, currentCommits });
		const summary = reportDeviceSummary(snapshot, facts, () => false);
		expect(summary).to.not.have.any.keys('commit', 'status', 'download_progress');
	});
});

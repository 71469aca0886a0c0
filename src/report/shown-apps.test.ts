import { expect } from 'chai';
import type { DeviceSnapshot } from '../model/snapshot.ts';
import { reportAppByImage, reportAppsByName } from './app-status.ts';
import { reportDeviceSummary } from './device-summary.ts';
import { reportStateStatus } from './state-status.ts';
import { containerOf, snapshotOf, webApp } from './testing/snapshots.ts';

const { appUuid, appId, image } = webApp;
const facts = { apiPort: 48484, ipAddress: '', macAddress: '', supervisorVersion: '20.0.0' };
const rejected = { appUuid, appId, name: 'cold-chain', commit: 'newcommit', reasons: ['bad'] };
const old = containerOf({ containerId: 'old', name: 'web_7_70_oldcommit' });
const everybody = (): boolean => true;

/** A device that got a target for its app that it cannot use. */
function rejectedOn(containers: readonly (typeof old)[]): DeviceSnapshot {
	return snapshotOf({
		target: { deviceName: 'gate-12', config: {}, apps: [], rejected: [rejected] },
		observed: { containers },
		currentCommits: { [appUuid]: 'oldcommit' },
		apps: { [appUuid]: { phase: 'rejected', reason: 'bad', since: 0, failures: 0 } },
	});
}

describe('an app whose new target cannot be used', () => {
	const running = rejectedOn([old]);

	it('must be listed with what runs of it', () => {
		expect(reportAppsByName(running, everybody)).to.deep.equal({
			'cold-chain': {
				...{ appId, appUuid, commit: 'oldcommit', updateStatus: 'done' },
				services: { web: { status: 'Running', image, downloadProgress: null, releaseId: 70 } },
			},
		});
	});

	it('must be listed whatever its name', () => {
		const { target } = running;
		const named = {
			...running,
			target: target && { ...target, rejected: [{ ...rejected, name: '__proto__' }] },
		};
		expect(Object.keys(reportAppsByName(named, everybody))).to.deep.equal(['__proto__']);
	});

	it('must be found by its number', () => {
		const services = { '7': { status: 'Running', releaseId: 70, download_progress: null } };
		expect(reportAppByImage(running, appId)).to.deep.equal({
			commit: 'oldcommit',
			local: { [appId]: { services } },
		});
	});

	it('must stand for the device where there is no other', () => {
		expect(reportDeviceSummary(running, facts)).to.include({ status: 'Idle', commit: 'oldcommit' });
		expect(reportStateStatus(running, everybody)).to.include({
			...{ appState: 'applied', release: 'oldcommit' },
		});
	});

	it('must not be told of to whom may not see it, nor where nothing of it runs', () => {
		expect(reportAppsByName(running, () => false)).to.deep.equal({});
		expect(reportAppByImage(rejectedOn([]), appId)).to.equal(undefined);
	});
});

import { expect } from 'chai';
import { messageOf, SupervisorError, UpdatesLockedError } from '../kit/errors.ts';
import { silentLogger } from '../kit/logger.ts';
import type { DeviceSnapshot } from '../model/snapshot.ts';
import { decodeTargetDevice } from '../model/target-document.ts';
import type { HostConfigPatch } from '../ports/host-config.ts';
import { changeHostNetwork, type HostNetworkControlDeps } from './change-host-network.ts';

const service = { id: 1, image_id: 1, image: 'x', environment: {}, labels: {} };
const snapshot: DeviceSnapshot = {
	revision: 0,
	target: decodeTargetDevice({
		name: 'gate-12',
		config: {},
		apps: { u: { id: 1, name: 'a', releases: { c: { id: 1, services: { web: service } } } } },
	}),
	pulls: {},
	volatile: {},
	apps: {},
	currentCommits: {},
	updateDownloaded: false,
};

describe('a change of the host’s network', () => {
	let did: string[];
	beforeEach(() => (did = []));

	function change(
		patch: HostConfigPatch,
		force = false,
		overrides: Partial<HostNetworkControlDeps> = {},
	): Promise<string> {
		const note = (text: string): Promise<void> => Promise.resolve(void did.push(text));
		const deps: HostNetworkControlDeps = {
			network: {
				read: () => Promise.resolve({ hostname: 'gate-12' }),
				change: () => note('change'),
			},
			locks: {
				take: (appId, services, options) =>
					note(`take ${appId} ${String(services)} ${options.force}`),
				release: (appId, services) => note(`release ${appId} ${String(services)}`),
			},
			snapshot: () => snapshot,
			overrideLocks: () => false,
			log: silentLogger,
			...overrides,
		};
		return changeHostNetwork(patch, { force }, deps).then(() => 'done', messageOf);
	}

	it('must hold the locks of all apps while it is made', async () => {
		expect(await change({ hostname: 'x' })).to.equal('done');
		expect(did).to.deep.equal(['take 1 web false', 'change', 'release 1 web']);
	});

	it('must delete locks by force, and where locks are overridden', async () => {
		await change({ proxy: {} }, true);
		await change({ proxy: {} }, false, { overrideLocks: () => true });
		expect(did.filter((text) => text.startsWith('take'))).to.deep.equal([
			'take 1 web true',
			'take 1 web true',
		]);
	});

	it('must lock nothing for a change of nothing', async () => {
		expect(await change({})).to.equal('done');
		expect(did).to.deep.equal([]);
	});

	it('must change nothing while a lock is held', async () => {
		const locks: HostNetworkControlDeps['locks'] = {
			take: () => Promise.reject(new UpdatesLockedError('Lockfile exists')),
			release: () => Promise.resolve(),
		};
		expect(await change({ hostname: 'x' }, false, { locks })).to.equal('Lockfile exists');
		expect(did).to.deep.equal([]);
	});

	it('must give the locks back when it fails', async () => {
		const failure = new SupervisorError('no bus', { code: 'HOST_FAILED' });
		const network = { read: () => Promise.reject(failure), change: () => Promise.reject(failure) };
		expect(await change({ hostname: 'x' }, false, { network })).to.equal('no bus');
		expect(did).to.deep.equal(['take 1 web false', 'release 1 web']);
	});
});

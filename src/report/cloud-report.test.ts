import { expect } from 'chai';
import { decodeTargetDevice } from '../model/target-document.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type { TargetState } from '../model/target.ts';
import {
	narrowToTarget,
	reportAppsToCloud,
	shapeOfApps,
	type CloudAppReport,
	type KnownImage,
} from './cloud-apps.ts';
import { cloudDifference, isMetricsOnly, withoutMetrics } from './cloud-difference.ts';
import { toCloudReport } from './cloud-report.ts';
import { containerOf, imageOf, snapshotOf, webApp } from './testing/snapshots.ts';

const { appUuid: uuid, image } = { ...webApp, appUuid: 'b07a6c2d4f5e4c0f9d1a2b3c4d5e6f70' };
const oldImage = 'registry.example/v2/old';

const facts = {
	osVersion: 'Debian GNU/Linux 12',
	osVariant: 'dev' as const,
	macAddress: '02:00:00:00:00:01',
	ipAddress: '10.0.0.2',
	supervisorVersion: '20.0.0',
	apiPort: 48484,
	apiSecret: 'c'.repeat(32),
};

function targetOf(services: Record<string, string>, more: object = {}): TargetState {
	const entries = Object.entries(services).map(([name, of], index) => [
		name,
		{ id: index + 1, image_id: index + 1, image: of, environment: {}, labels: {} },
	]);
	const release = { id: 80, services: Object.fromEntries(entries) as object };
	const app = { id: 4711, name: 'cold-chain', releases: { newcommit: release } };
	return decodeTargetDevice({ name: 'gate-12', config: {}, apps: { [uuid]: app, ...more } });
}

const old = (change: Partial<ObservedContainer> = {}): ObservedContainer =>
	containerOf({
		containerId: 'c0',
		name: 'web_7_70_oldcommit',
		imageReference: oldImage,
		createdAtSec: 5,
		...change,
	});
const oldRow = { reference: oldImage, appUuid: uuid, serviceName: 'web', imageId: 7 };

describe('toCloudReport', () => {
	const input = {
		snapshot: snapshotOf(),
		facts,
		metrics: {},
		includesMetrics: true,
		images: [],
		includesApps: true,
	} as const;

	it('must tell every field of the contract', () => {
		const metrics = {
			cpuUsage: 20,
			memoryUsage: 610,
			memoryTotal: 2000,
			storageBlockDevice: '/dev/sda1',
			storageUsage: 1,
			storageTotal: 2,
			cpuTemp: 40,
			cpuId: '0123',
			isUndervolted: false,
		};
		const snapshot = snapshotOf({ target: undefined });
		expect(toCloudReport({ ...input, snapshot, metrics })).to.deep.equal({
			status: 'Idle',
			os_version: 'Debian GNU/Linux 12',
			os_variant: 'dev',
			supervisor_version: '20.0.0',
			provisioning_progress: null,
			provisioning_state: '',
			ip_address: '10.0.0.2',
			mac_address: '02:00:00:00:00:01',
			api_port: 48484,
			api_secret: 'c'.repeat(32),
			logs_channel: null,
			cpu_usage: 20,
			memory_usage: 610,
			memory_total: 2000,
			storage_block_device: '/dev/sda1',
			storage_usage: 1,
			storage_total: 2,
			cpu_temp: 40,
			cpu_id: '0123',
			is_undervolted: false,
		});
	});

	it('must round every number, and leave out what cannot be read', () => {
		const metrics = { cpuUsage: 1.5, cpuTemp: 40.4, memoryUsage: Number.NaN };
		const report = toCloudReport({ ...input, metrics });
		expect(report).to.include({ cpu_usage: 2, cpu_temp: 40 });
		expect(report).not.to.have.any.keys('memory_usage', 'memory_total', 'cpu_id');
	});

	it('must take readings back when they are off, but tell all the same of undervoltage', () => {
		const metrics = { cpuUsage: 20, cpuId: '0123', isUndervolted: true };
		const report = toCloudReport({ ...input, metrics, includesMetrics: false });
		expect(report).to.include({ cpu_usage: null, storage_block_device: null, cpu_id: null });
		expect(report).to.include({ is_undervolted: true });
	});

	it('must not tell null as addresses, nor more than the cloud stores', () => {
		const bare = { ...facts, osVersion: undefined, osVariant: undefined, macAddress: '' };
		const report = toCloudReport({
			...input,
			facts: {
				...bare,
				supervisorVersion: '20.0.0-1700000000-more',
				ipAddress: `${'fd00:0:0::2 '.repeat(200)}10.0.0.2`,
			},
		});
		expect(report.ip_address).to.match(/^(?:fd00:0:0::2 )+fd00:0:0::2$/);
		expect(report).to.include({
			mac_address: '',
			os_version: null,
			os_variant: null,
			supervisor_version: '20.0.0-1700000000-mo',
		});
	});

	it('must cut a long version so that it is one still', () => {
		for (const [supervisorVersion, told] of [
			['20.0.0+abcdefghijkl.1', '20.0.0+abcdefghijkl'],
			['20.0.0+abcdefghijklm', '20.0.0+abcdefghijklm'],
		] as const) {
			const report = toCloudReport({ ...input, facts: { ...facts, supervisorVersion } });
			expect(report.supervisor_version).to.equal(told);
		}
	});

	it('must not tell of apps in local mode, nor before the engine was read', () => {
		const local = toCloudReport({ ...input, includesApps: false });
		expect(local).not.to.have.any.keys('apps', 'logs_channel');
		const unread = { ...input.snapshot, observed: undefined };
		expect(toCloudReport({ ...input, snapshot: unread })).not.to.have.property('apps');
	});
});

describe('reportAppsToCloud', () => {
	const present = { images: [imageOf()] };
	const appsOf = (
		change: Parameters<typeof snapshotOf>[0],
		images: readonly KnownImage[] = [],
	): Readonly<Record<string, CloudAppReport>> =>
		reportAppsToCloud(snapshotOf(change), images) ?? {};

	it('must tell a settled app', () => {
		const observed = { ...present, containers: [containerOf()] };
		expect(appsOf({ observed, currentCommits: { [uuid]: 'newcommit' } })).to.deep.equal({
			[uuid]: {
				release_uuid: 'newcommit',
				releases: {
					newcommit: {
						update_status: 'done',
						services: { web: { image, status: 'Running' } },
					},
				},
			},
		});
	});

	it('must tell the old release beside the download of the new one', () => {
		const change = {
			observed: { containers: [old()] },
			pulls: { [image]: 37.4 },
			currentCommits: { [uuid]: 'oldcommit' },
		};
		expect(appsOf(change, [oldRow])[uuid]).to.deep.equal({
			release_uuid: 'oldcommit',
			releases: {
				newcommit: {
					update_status: 'downloading',
					services: { web: { image, status: 'Downloading', download_progress: 37 } },
				},
				oldcommit: {
					update_status: 'done',
					services: { web: { image: oldImage, status: 'Running' } },
				},
			},
		});
	});

	it('must tell the image of a container that was made of the engine’s own id of it', () => {
		const former = old({ imageReference: `sha256:${'e'.repeat(64)}` });
		const change = { observed: { containers: [former] }, currentCommits: { [uuid]: 'oldcommit' } };
		const app = appsOf(change, [oldRow])[uuid];
		expect(app?.release_uuid).to.equal('oldcommit');
		expect(app?.releases['oldcommit']?.services).to.deep.equal({
			web: { image: oldImage, status: 'Running' },
		});
		const others = [
			{ ...oldRow, imageId: 8 },
			{ ...oldRow, serviceName: 'x' },
		];
		expect(Object.keys(appsOf(change, others)[uuid]?.releases ?? {})).to.deep.equal(['newcommit']);
	});

	it('must leave out a container whose image nobody pulled for its app', () => {
		const releases = appsOf({ observed: { containers: [old()] } })[uuid]?.releases;
		expect(Object.keys(releases ?? {})).to.deep.equal(['newcommit']);
	});

	it('must tell an image that both releases have under both, as it runs', () => {
		const same = old({ imageReference: image });
		const row = { ...oldRow, reference: image };
		const { releases } = appsOf({ observed: { ...present, containers: [same] } }, [row])[uuid]!;
		const told = { update_status: 'done', services: { web: { image, status: 'Running' } } };
		expect(releases).to.deep.equal({ newcommit: told, oldcommit: told });
	});

	it('must not name a release as running of which nothing else is told', () => {
		const app = appsOf({ currentCommits: { [uuid]: 'oldcommit' } })[uuid];
		expect(app).not.to.have.property('release_uuid');
	});

	it('must tell one image once when two services of a release have it: for the first', () => {
		const target = targetOf({ web: image, twin: image, other: oldImage });
		const { services } = appsOf({ target })[uuid]!.releases['newcommit']!;
		expect(Object.keys(services)).to.deep.equal(['web', 'other']);
	});

	it('must tell a service whose name every object knows', () => {
		const target = targetOf({ constructor: image, toString: oldImage });
		const { services } = appsOf({ target })[uuid]!.releases['newcommit']!;
		expect(Object.keys(services)).to.deep.equal(['constructor', 'toString']);
	});

	it('must tell nothing of apps outside the target', () => {
		const labels = { 'io.balena.app-uuid': 'f'.repeat(32), 'io.balena.app-id': '9' };
		const row = { ...oldRow, appUuid: 'f'.repeat(32) };
		const apps = appsOf({ observed: { containers: [old({ labels })] } }, [row]);
		expect(Object.keys(apps)).to.deep.equal([uuid]);
	});

	it('must tell an app without a release by empty releases', () => {
		const target = decodeTargetDevice({
			name: 'x',
			config: {},
			apps: { [uuid]: { id: 4711, name: 'cold-chain' } },
		});
		expect(appsOf({ target })).to.deep.equal({ [uuid]: { releases: {} } });
	});

	it('must tell a rejected release with no services, and what runs instead', () => {
		const bad = { id: 4711, name: 'cold-chain', releases: { newcommit: { id: 'x' } } };
		const target = decodeTargetDevice({ name: 'x', config: {}, apps: { [uuid]: bad } });
		const { releases } = appsOf({ target, observed: { containers: [old()] } }, [oldRow])[uuid]!;
		expect(releases).to.deep.equal({
			newcommit: { update_status: 'rejected', services: {} },
			oldcommit: {
				update_status: 'done',
				services: { web: { image: oldImage, status: 'Running' } },
			},
		});
	});

	it('must tell who hands over and who waits', () => {
		const observed = { ...present, containers: [containerOf(), old()] };
		const { releases } = appsOf({ observed }, [oldRow])[uuid]!;
		expect(releases['newcommit']?.services['web']?.status).to.equal('Awaiting handover');
		expect(releases['newcommit']?.update_status).to.equal('applying changes');
		expect(releases['oldcommit']?.services['web']?.status).to.equal('Handing over');
	});

	it('must tell the supervisor’s own service as running', () => {
		const own = '52e35121417640b1b28a680504e4039b';
		const services = {
			main: { id: 9, image_id: 9, image: 'registry.example/v2/sv', environment: {}, labels: {} },
		};
		const app = { id: 9, name: 'supervisor', class: 'app', releases: { cc: { id: 9, services } } };
		const target = targetOf({ web: image }, { [own]: app });
		expect(appsOf({ target })[own]).to.deep.equal({
			releases: {
				cc: {
					update_status: 'done',
					services: { main: { image: 'registry.example/v2/sv', status: 'Running' } },
				},
			},
		});
	});

	it('must be narrowed to the target’s release', () => {
		const target = targetOf({ web: image });
		const observed = { ...present, containers: [containerOf(), old()] };
		const apps = appsOf({ target, observed, currentCommits: { [uuid]: 'oldcommit' } }, [oldRow]);
		const narrow = narrowToTarget(apps, target)[uuid];
		expect(narrow).to.deep.equal({
			releases: { newcommit: apps[uuid]?.releases['newcommit'] },
		});
	});

	it('must have the same shape whatever the progress', () => {
		const one = appsOf({ pulls: { [image]: 1 } });
		expect(shapeOfApps(one)).to.equal(shapeOfApps(appsOf({ pulls: { [image]: 99 } })));
		expect(shapeOfApps(one)).not.to.equal(
			shapeOfApps(appsOf({ currentCommits: { [uuid]: 'newcommit' } })),
		);
	});
});

describe('cloudDifference', () => {
	const apps = (status: string) => ({
		[uuid]: {
			releases: {
				a: { update_status: 'done' as const, services: { web: { image, status } } },
				b: { update_status: 'done' as const, services: {} },
			},
		},
	});

	it('must hold what changed, and apps whole', () => {
		const before = { status: 'Idle', ip_address: '1', apps: apps('Stopping') };
		const now = { status: 'Idle', ip_address: '2', apps: apps('Running') };
		expect(cloudDifference(before, now)).to.deep.equal({ ip_address: '2', apps: apps('Running') });
		expect(cloudDifference(now, now)).to.deep.equal({});
	});

	it('must hold everything that was never accepted, null included', () => {
		expect(cloudDifference({}, { os_version: null })).to.deep.equal({ os_version: null });
	});

	it('must pass over readings that move within their step', () => {
		const before = { cpu_usage: 1, cpu_temp: 41, memory_usage: 101 };
		expect(
			cloudDifference(before, { cpu_usage: 19, cpu_temp: 44, memory_usage: 109 }),
		).to.deep.equal({});
		expect(
			cloudDifference(before, { cpu_usage: 20, cpu_temp: 45, memory_usage: 110 }),
		).to.deep.equal({ cpu_usage: 20, cpu_temp: 45, memory_usage: 110 });
	});

	it('must count undervoltage as a change of state', () => {
		expect(isMetricsOnly({ cpu_usage: 1, cpu_id: 'x' })).to.equal(true);
		expect(isMetricsOnly({ cpu_usage: 1, is_undervolted: true })).to.equal(false);
		expect(withoutMetrics({ cpu_usage: 1, is_undervolted: true })).to.deep.equal({
			is_undervolted: true,
		});
	});
});

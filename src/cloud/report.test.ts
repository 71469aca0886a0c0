import { expect } from 'chai';
import {
	startCloud,
	testFleet,
	type TestCloud,
	type TestDevice,
} from '../../tools/cloud/testing/start-cloud.ts';
import { createTopic } from '../kit/emitter.ts';
import { silentLogger, type Logger } from '../kit/logger.ts';
import { createFakeClock, type FakeClock } from '../kit/testing/fake-clock.ts';
import type { HostMetrics } from '../model/host-metrics.ts';
import type { DeviceSnapshot } from '../model/snapshot.ts';
import { decodeTargetDevice } from '../model/target-document.ts';
import type { HostFacts } from '../ports/host.ts';
import type { StoredImage } from '../ports/state-store.ts';
import { containerOf } from '../report/testing/snapshots.ts';
import type { HttpClient } from './http.ts';
import { createReporter, type Reporter } from './report.ts';
import { createTestHttp } from './testing/cloud-under-test.ts';
import {
	createMemoryConfig,
	createMemorySettings,
	eventually,
	testFacts,
} from './testing/memory-config.ts';

const location = `registry.holdfast.test:5000/v2/${'a'.repeat(32)}`;
const image = `${location}@sha256:${'7'.repeat(64)}`;

describe('createReporter, against the development cloud', () => {
	let test: TestCloud;
	let device: TestDevice;
	let http: HttpClient;
	let clock: FakeClock;
	let stop: AbortController;
	let job: Promise<void> | undefined;
	let reporter: Reporter;
	let snapshot: DeviceSnapshot;
	let settings: ReturnType<typeof createMemorySettings>;
	let facts: HostFacts;
	let metrics: HostMetrics;
	let warnings: object[];
	let images: StoredImage[];
	const changes = createTopic<undefined>();

	beforeEach(async () => {
		test = await startCloud();
		device = await test.register();
		http = createTestHttp();
		clock = createFakeClock();
		stop = new AbortController();
		settings = createMemorySettings();
		facts = testFacts;
		metrics = { cpuUsage: 20.4, memoryUsage: 100, isUndervolted: false };
		warnings = [];
		images = [];
		snapshot = {
			revision: 0,
			pulls: {},
			volatile: {},
			apps: {},
			currentCommits: {},
			updateDownloaded: false,
		};
	});
	afterEach(async () => {
		stop.abort();
		await job;
		http.close();
		await test.close();
	});

	function start({
		key = device.key,
		provisioned = Promise.resolve(),
		hardwareMetrics = (): boolean => true,
	} = {}): void {
		const log: Logger = {
			...silentLogger,
			warn: (fields) => void warnings.push(fields),
			child: () => log,
		};
		reporter = createReporter({
			config: createMemoryConfig({
				apiEndpoint: test.url,
				uuid: device.uuid,
				deviceApiKey: key,
				deviceId: device.id,
			}),
			http,
			provisioned: () => provisioned,
			snapshot: () => snapshot,
			onChange: (listener) => changes.subscribe(listener),
			host: {
				facts: () => Promise.resolve(facts),
				metrics: () => Promise.resolve(metrics),
			},
			store: { ...settings, listImages: () => Promise.resolve(images) },
			version: '20.0.0',
			apiPort: 48484,
			apiSecret: () => Promise.resolve('s'.repeat(32)),
			reportsApps: () => true,
			hardwareMetrics,
			pollIntervalMs: () => 900_000,
			clock,
			random: { fraction: () => 0 },
			log,
		});
		job = reporter.run(stop.signal);
	}
	const reports = () => test.cloud.journal.list({ method: 'PATCH', path: '/device/v3/state' });
	const answered = async (count: number) => {
		await eventually(() => reports().length >= count && reports().every((r) => r.status !== 0));
		await resting();
		return bodyOf(count - 1);
	};
	const bodyOf = (index: number) =>
		new Map(
			Object.entries(Object(reports()[index]?.body) as Record<string, Record<string, unknown>>),
		).get(device.uuid) ?? {};
	const resting = () => eventually(() => clock.sleepers().length > 0);
	function change(part: Partial<DeviceSnapshot>): void {
		snapshot = { ...snapshot, ...part };
		changes.publish(undefined);
	}
	/** A release of one service in the cloud, as the device's target. */
	async function release(): Promise<string> {
		const { commit } = await test.client.createRelease({
			fleet: testFleet.name,
			composition: { services: { main: {} } },
			images: { main: image },
		});
		return commit;
	}
	const observed = { atMs: 0, containers: [], images: [], networks: [], volumes: [] };
	const targetOf = (commit: string, reference = image) =>
		decodeTargetDevice({
			name: 'x',
			config: {},
			apps: {
				[testFleet.uuid]: {
					id: 1,
					name: 'acceptance',
					releases: {
						[commit]: {
							id: 1,
							services: {
								main: { id: 1, image_id: 1, image: reference, environment: {}, labels: {} },
							},
						},
					},
				},
			},
		});

	it('must tell all at first, in a form the cloud takes', async () => {
		start();
		const body = await answered(1);
		expect(reports()[0]?.status).to.equal(200);
		expect(body).to.deep.equal({
			status: 'Idle',
			os_version: 'Debian GNU/Linux 12 (bookworm)',
			os_variant: 'dev',
			supervisor_version: '20.0.0',
			provisioning_progress: null,
			provisioning_state: '',
			ip_address: '10.0.0.2 fd00::2',
			mac_address: '02:00:00:00:00:01',
			api_port: 48484,
			api_secret: 's'.repeat(32),
			logs_channel: null,
			cpu_usage: 20,
			memory_usage: 100,
			is_undervolted: false,
		});
		const { report } = await test.client.getDevice(device.uuid);
		expect(report).to.include({ api_secret: 's'.repeat(32), status: 'Idle' });
	});

	it('must say nothing before the device is provisioned', async () => {
		let open: () => void = () => undefined;
		start({ provisioned: new Promise((resolve) => (open = resolve)) });
		change({});
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(reports()).to.have.length(0);
		open();
		await answered(1);
	});

	it('must tell of a download and its end with the image as in the target', async () => {
		const commit = await release();
		start();
		await answered(1);
		change({ target: targetOf(commit), observed, pulls: { [image]: 42 } });
		await clock.advance(10_000);
		expect(await answered(2)).to.deep.equal({
			apps: {
				[testFleet.uuid]: {
					releases: {
						[commit]: {
							update_status: 'downloading',
							services: { main: { image, status: 'Downloading', download_progress: 42 } },
						},
					},
				},
			},
		});
		const { services } = await test.client.getDevice(device.uuid);
		expect(services).to.deep.include({
			name: 'main',
			image,
			commit,
			status: 'Downloading',
			downloadProgress: 42,
		});
	});

	it('must leave ten seconds between reports and tell the latest then', async () => {
		const commit = await release();
		start();
		await answered(1);
		for (const percent of [1, 2, 3]) {
			change({ target: targetOf(commit), observed, pulls: { [image]: percent } });
			await clock.advance(3000);
		}
		expect(reports()).to.have.length(1);
		await clock.advance(1000);
		expect(JSON.stringify(await answered(2))).to.include('"download_progress":3');
	});

	it('must tell readings of the hardware at most every five minutes', async () => {
		start();
		await answered(1);
		metrics = { ...metrics, cpuUsage: 90 };
		await clock.advance(240_000);
		expect(reports()).to.have.length(1);
		await clock.advance(90_000);
		expect(await answered(2)).to.deep.equal({ cpu_usage: 90 });
	});

	it('must take readings back as soon as they are switched off, and give them as soon as they are on', async () => {
		let isOn = true;
		start({ hardwareMetrics: () => isOn });
		await answered(1);
		isOn = false;
		await clock.advance(40_000);
		expect(await answered(2)).to.include({ cpu_usage: null, memory_total: null, cpu_id: null });
		await clock.advance(600_000);
		expect(reports(), 'told once').to.have.length(2);
		isOn = true;
		await clock.advance(40_000);
		expect(await answered(3)).to.deep.equal({ cpu_usage: 20, memory_usage: 100 });
	});

	it('must tell a new address within half a minute', async () => {
		start();
		await answered(1);
		facts = { ...facts, ipAddress: '10.0.0.9' };
		await clock.advance(40_000);
		expect(await answered(2)).to.deep.equal({ ip_address: '10.0.0.9' });
	});

	it('must tell after a restart only what changed', async () => {
		start();
		await answered(1);
		stop.abort();
		await job;
		stop = new AbortController();
		facts = { ...facts, ipAddress: '10.0.0.9' };
		start();
		expect(await answered(2)).to.deep.equal({
			ip_address: '10.0.0.9',
			cpu_usage: 20,
			memory_usage: 100,
		});
	});

	it('must tell all again to a cloud that had lost the device', async () => {
		start();
		await answered(1);
		await test.client.deleteDevice(device.uuid);
		facts = { ...facts, ipAddress: '10.0.0.9' };
		await clock.advance(40_000);
		await answered(2);
		expect(reports()[1]?.status).to.equal(401);
		await test.register();
		await clock.advance(15_000);
		await answered(3);
		const { report } = await test.client.getDevice(device.uuid);
		expect(report).to.include({ api_secret: 's'.repeat(32), ip_address: '10.0.0.9' });
	});

	it('must tell all to the same cloud under another registration', async () => {
		const report = { status: 'Idle', supervisor_version: '20.0.0' };
		const { uuid } = device;
		const known = { apiEndpoint: test.url, uuid, deviceId: device.id + 1, report };
		await settings.setSetting('acceptedReport', known);
		start();
		expect(await answered(1)).to.include({ status: 'Idle', supervisor_version: '20.0.0' });
	});

	it('must not let refused apps hold back the other fields', async () => {
		const unknown = 'f'.repeat(32);
		change({ target: targetOf(unknown), observed });
		start();
		await answered(1);
		expect(reports()[0]?.status).to.equal(401);
		await clock.advance(10_000);
		const body = await answered(2);
		expect(reports()[1]?.status).to.equal(200);
		expect(body).to.include({ status: 'Idle' }).and.not.have.property('apps');
		expect(JSON.stringify(warnings)).to.include(unknown).and.not.include('s'.repeat(32));
	});

	it('must try refused apps again later, and other apps at once', async () => {
		const commit = await release();
		change({ target: targetOf(commit, `${location}:tag`), observed });
		start();
		await answered(1);
		await clock.advance(10_000);
		await answered(2);
		await clock.advance(10_000);
		await answered(3);
		expect(reports().map(({ status }) => status)).to.deep.equal([401, 200, 401]);
		change({ target: targetOf(commit) });
		await clock.advance(10_000);
		expect(await answered(4)).to.have.all.keys('apps');
		expect(reports()[3]?.status).to.equal(200);
	});

	it('must not repeat refused apps for each step of their progress', async () => {
		change({ target: targetOf('f'.repeat(32)), observed });
		start();
		await answered(1);
		await clock.advance(10_000);
		await answered(2);
		await clock.advance(10_000);
		await answered(3);
		for (const percent of [10, 20]) {
			change({ pulls: { [image]: percent } });
			await clock.advance(10_000);
		}
		expect(reports()).to.have.length(3);
	});

	it('must tell at least of the target when the cloud has forgotten what still runs', async () => {
		const commit = await release();
		const [oldImage, forgotten] = ['elsewhere/v2/old', 'f'.repeat(32)];
		const ids = { serviceId: 1, imageId: 9, releaseId: 9 };
		const owner = { appUuid: testFleet.uuid, serviceName: 'main', commit: forgotten };
		images = [{ reference: oldImage, ...owner, ...ids }];
		const runs = containerOf({
			name: `main_9_9_${forgotten}`,
			imageReference: oldImage,
			labels: { 'io.balena.app-id': '1', 'io.balena.app-uuid': testFleet.uuid },
		});
		const containers = [runs];
		const pulls = { [image]: 42 };
		change({ target: targetOf(commit), observed: { ...observed, containers }, pulls });
		start();
		await answered(1);
		await clock.advance(10_000);
		await answered(2);
		expect(reports().map(({ status }) => status)).to.deep.equal([401, 200]);
		const { services } = await test.client.getDevice(device.uuid);
		expect(services).to.have.length(1);
		expect(services[0]).to.deep.include({ commit, status: 'Downloading' });
		change({ pulls: { [image]: 43 } });
		await clock.advance(10_000);
		await answered(3);
		change({ observed, pulls: { [image]: 44 } });
		await clock.advance(10_000);
		await answered(4);
		expect(reports().map(({ status }) => status)).to.deep.equal([401, 200, 401, 200]);
	});

	it('must wait as long as the cloud asks, in seconds', async () => {
		test.cloud.faults.add({
			match: 'PATCH /device/v3/state',
			status: 429,
			body: 'Too Many Requests',
			headers: { 'retry-after': '40' },
			times: 1,
		});
		start();
		await answered(1);
		expect(clock.sleepers()).to.deep.equal([40_000]);
		await clock.advance(40_000);
		await answered(2);
		expect(reports()[1]?.status).to.equal(200);
		expect(reporter.lastError()).to.equal(undefined);
	});

	it('must slow down from 15 s while the cloud refuses the key', async () => {
		start({ key: 'revoked' });
		await answered(1);
		expect(clock.sleepers()).to.deep.equal([15_000]);
		await clock.advance(15_000);
		await answered(2);
		expect(clock.sleepers()).to.deep.equal([30_000]);
		expect(reporter.lastError()).to.match(/refused the key/);
	});
});

import { expect } from 'chai';
import {
	startCloud,
	testFleet,
	type TestCloud,
	type TestDevice,
} from '../../tools/cloud/testing/start-cloud.ts';
import { silentLogger } from '../kit/logger.ts';
import { createFakeClock, type FakeClock } from '../kit/testing/fake-clock.ts';
import { systemClock } from '../kit/clock.ts';
import type { TargetState } from '../model/target.ts';
import type { StoredTarget } from '../ports/state-store.ts';
import { createHttpClient, type HttpClient } from './http.ts';
import { createPoller, type Poller, type TriggerOptions } from './poll.ts';
import { pauseAfterFailureMs, pauseAfterSuccessMs } from './poll-schedule.ts';
import { createTargetReceiver } from './receive-target.ts';
import { createMemoryConfig, eventually } from './testing/memory-config.ts';

const image = `registry.holdfast.test:5000/v2/${'a'.repeat(32)}`;
const intervalMs = 900_000;

describe('createPoller, against the development cloud', () => {
	let test: TestCloud;
	let device: TestDevice;
	let http: HttpClient;
	let clock: FakeClock;
	let stop: AbortController;
	let job: Promise<void> | undefined;
	let poller: Poller;
	let stored: StoredTarget | undefined;
	let targets: TargetState[];
	let options: TriggerOptions[];
	let unchanged: TriggerOptions[];
	let announced: string[];
	let recheckKey: () => Promise<boolean>;
	let rechecks: number;

	beforeEach(async () => {
		test = await startCloud();
		device = await test.register();
		http = createHttpClient({
			userAgent: () => Promise.resolve('Supervisor/20.0.0'),
			clock: systemClock,
		});
		clock = createFakeClock();
		stop = new AbortController();
		recheckKey = () => Promise.resolve(false);
		rechecks = 0;
		[stored, targets, options, unchanged, announced] = [undefined, [], [], [], []];
	});
	afterEach(async () => {
		stop.abort();
		await job;
		http.close();
		await test.close();
	});

	function start({
		instantUpdates = true,
		key = device.key,
		pollIntervalMs = (): number => intervalMs,
	} = {}): void {
		const receive = createTargetReceiver({
			store: {
				saveTarget: (target) => {
					stored = target;
					return Promise.resolve();
				},
			},
			setTarget: (target, how) => {
				targets.push(target);
				options.push(how);
			},
			announce: (message) => announced.push(message),
		});
		poller = createPoller({
			config: createMemoryConfig({
				apiEndpoint: test.url,
				uuid: device.uuid,
				deviceApiKey: key,
			}),
			http,
			provisioned: () => Promise.resolve(),
			storedEtag: () => Promise.resolve(stored?.etag),
			onTarget: receive,
			onUnchanged: (how) => unchanged.push(how),
			announce: (message) => announced.push(message),
			recheckKey: () => {
				rechecks += 1;
				return recheckKey();
			},
			pollIntervalMs,
			instantUpdates: () => instantUpdates,
			clock,
			random: { fraction: () => 0 },
			log: silentLogger,
		});
		job = poller.run(stop.signal);
	}
	const polls = () => test.cloud.journal.list({ path: '/state$', method: 'GET' });
	const answered = (count: number) =>
		eventually(() => polls().length >= count && polls().every(({ status }) => status !== 0));
	/** The poller waits for its next time. */
	const resting = () => eventually(() => clock.sleepers().length > 0);
	const release = (images: Record<string, string> = { main: image }) =>
		test.client.createRelease({
			fleet: testFleet.name,
			composition: {
				services: Object.fromEntries(Object.keys(images).map((name) => [name, {}])),
			},
			images,
		});

	it('must put the first target in force and store it with its ETag', async () => {
		const { commit } = await release();
		start();
		await eventually(() => targets.length === 1);
		expect(targets[0]?.apps[0]?.release?.commit).to.equal(commit);
		expect(stored?.source).to.equal('cloud');
		expect(stored?.etag).to.match(/^W\//);
		const [request] = polls();
		expect(request?.headers['authorization']).to.equal(`Bearer ${device.key}`);
		expect(request?.headers).not.to.have.property('if-none-match');
		expect(request?.headers['accept-encoding']).to.include('gzip');
	});

	it('must send the ETag back, and leave all as it is on 304', async () => {
		start();
		await eventually(() => targets.length === 1);
		await resting();
		await clock.advance(intervalMs);
		await answered(2);
		expect(polls().map(({ status }) => status)).to.deep.equal([200, 304]);
		expect(targets).to.have.length(1);
		await resting();
		expect(poller.status()).to.include({ failures: 0, lastSuccessMs: intervalMs });
	});

	it('must begin with the stored ETag after a restart', async () => {
		start();
		await eventually(() => targets.length === 1);
		stop.abort();
		await job;
		stop = new AbortController();
		start();
		await answered(2);
		expect(polls()[1]?.status).to.equal(304);
	});

	it('must hold to a shorter interval as soon as a document says so, whoever asked for it', async () => {
		let current = intervalMs;
		start({ pollIntervalMs: () => current });
		await answered(1);
		await resting();
		expect(clock.sleepers()).to.deep.equal([intervalMs]);
		current = 10_000;
		await clock.advance(2000);
		poller.trigger({ force: false, cancel: false });
		await answered(2);
		await eventually(() => clock.sleepers().join() === '11000');
		current = intervalMs;
		await clock.advance(11_000);
		await answered(3);
		await eventually(() => clock.sleepers().join() === String(intervalMs));
	});

	it('must wait an interval first when instant updates are off', async () => {
		start({ instantUpdates: false });
		await resting();
		expect(polls()).to.have.length(0);
		expect(clock.sleepers()).to.deep.equal([intervalMs]);
	});

	it('must take a 304 without ETag as: the cloud does not know this device', async () => {
		start();
		await eventually(() => targets.length === 1);
		await resting();
		await test.client.deleteDevice(device.uuid);
		await clock.advance(intervalMs);
		await eventually(() => poller.status().isDeviceUnknown);
		expect(poller.status().lastError).to.match(/does not know this device/);
		expect(poller.status()).to.include({ failures: 1, lastSuccessMs: 0 });
		expect(stored?.etag).not.to.equal(undefined);
	});

	it('must poll at once when triggered, with the options of the caller', async () => {
		start();
		await eventually(() => targets.length === 1);
		await resting();
		await clock.advance(2000);
		await release();
		poller.trigger({ force: true, cancel: false });
		await eventually(() => targets.length === 2);
		expect(options[1]).to.deep.equal({ force: true, cancel: false });
	});

	it('must look again at an unchanged target when triggered, and only then', async () => {
		start();
		await eventually(() => targets.length === 1);
		await resting();
		await clock.advance(2000);
		poller.trigger({ force: false, cancel: true });
		await eventually(() => unchanged.length === 1);
		expect(unchanged).to.deep.equal([{ force: false, cancel: true }]);
	});

	it('must meet several triggers within a second by one request with the options of all', async () => {
		start();
		await eventually(() => targets.length === 1);
		await resting();
		poller.trigger({ force: true, cancel: false });
		poller.trigger({ force: false, cancel: true });
		poller.trigger({ force: false, cancel: false });
		await resting();
		expect(polls()).to.have.length(1);
		await clock.advance(1000);
		await eventually(() => unchanged.length === 1);
		expect(polls()).to.have.length(2);
		expect(unchanged).to.deep.equal([{ force: true, cancel: true }]);
	});

	it('must not count a triggered poll as a scheduled one', async () => {
		start();
		await eventually(() => targets.length === 1);
		await resting();
		await clock.advance(5000);
		poller.trigger({ force: false, cancel: false });
		await eventually(() => unchanged.length === 1);
		await resting();
		expect(poller.status().lastSuccessMs).to.equal(0);
		expect(clock.sleepers()).to.deep.equal([intervalMs - 5000]);
	});

	it('must keep the options of a trigger until a poll succeeds', async () => {
		test.cloud.faults.add({ match: 'GET /state$', status: 500, body: undefined, times: 1 });
		start({ instantUpdates: false });
		await resting();
		poller.trigger({ force: true, cancel: false });
		await eventually(() => poller.status().failures === 1);
		await resting();
		await clock.advance(15_000);
		await eventually(() => targets.length === 1);
		expect(options).to.deep.equal([{ force: true, cancel: false }]);
	});

	const failures = [
		{
			name: 'a server error',
			fault: { status: 500, body: 'oops', contentType: 'text/plain' },
			message: /the target state was refused with status 500: oops$/,
			pauseMs: 15_000,
		},
		{
			name: 'a web page',
			fault: { status: 200, body: '<html>Log in</html>', contentType: 'text/html' },
			message: /cannot be reached: a web page came instead of an answer .*captive portal/,
			pauseMs: 15_000,
		},
		{
			name: 'half a document',
			fault: { status: 200, body: '{"a":', contentType: 'application/json' },
			message: /the target state is not valid JSON/,
			pauseMs: 15_000,
		},
		{
			name: 'too many requests',
			fault: { status: 429, body: undefined, headers: { 'retry-after': '40' } },
			message: /status 429$/,
			pauseMs: 40_000,
		},
		{
			name: 'a broken connection',
			fault: { drop: true, body: undefined },
			message: /cannot be reached: it broke the connection$/,
			pauseMs: 15_000,
		},
	];
	for (const { name, fault, message, pauseMs } of failures) {
		it(`must survive ${name} and try again`, async () => {
			test.cloud.faults.add({ match: 'GET /state$', times: 1, ...fault });
			start();
			await eventually(() => poller.status().failures === 1);
			expect(poller.status().lastError).to.match(message);
			await resting();
			expect(clock.sleepers()).to.deep.equal([pauseMs]);
			await clock.advance(pauseMs);
			await eventually(() => targets.length === 1);
			await resting();
			expect(poller.status()).to.include({ failures: 0, lastError: undefined });
		});
	}

	it('must name the key as the cause of a 401', async () => {
		start({ key: 'revoked' });
		await eventually(() => poller.status().failures === 1);
		expect(poller.status().lastError).to.match(/refused the key of this device/);
	});

	describe('a key that is refused', () => {
		it('must be checked once an interval, while the polls become rare and the target stays', async () => {
			start({ key: 'revoked' });
			await eventually(() => poller.status().isKeyRefused);
			for (let failures = 2; failures < 12; failures++) {
				await resting();
				await clock.advance(clock.sleepers()[0] ?? 0);
				await eventually(() => poller.status().failures === failures);
			}
			await resting();
			expect(clock.sleepers()).to.deep.equal([intervalMs]);
			expect(rechecks).to.equal(1 + Math.floor(clock.monotonicMs() / intervalMs));
			expect(targets).to.deep.equal([]);
		});

		it('must be used again at once when the cloud takes it after all', async () => {
			recheckKey = () => Promise.resolve(true);
			test.cloud.faults.add({ match: 'GET /state$', status: 401, times: 1 });
			start();
			await eventually(() => poller.status().failures === 1);
			await resting();
			await clock.advance(1000);
			await eventually(() => targets.length === 1);
			expect(poller.status().isKeyRefused).to.equal(false);
		});

		it('must not have the cloud asked over and over when it says one thing here and another there', async () => {
			recheckKey = () => Promise.resolve(true);
			test.cloud.faults.add({ match: 'GET /state$', status: 401 });
			start();
			await eventually(() => poller.status().failures === 1);
			await resting();
			await clock.advance(1000);
			await eventually(() => poller.status().failures === 2);
			await resting();
			expect(clock.sleepers()).to.deep.equal([30_000]);
			expect(rechecks).to.equal(1);
		});

		it('must count as unknown while it cannot be checked', async () => {
			recheckKey = () => Promise.reject(new Error('no network'));
			start({ key: 'revoked' });
			await eventually(() => poller.status().failures === 1);
			expect(poller.status().isKeyRefused).to.equal(false);
		});
	});

	it('must keep the old target and tell once why a document is refused', async () => {
		start();
		await eventually(() => targets.length === 1);
		await resting();
		const etag = stored?.etag;
		const body = { [device.uuid]: { name: 'x', config: { A: 5 }, apps: {} } };
		test.cloud.faults.add({ match: 'GET /state$', status: 200, body, headers: { etag: '"n"' } });
		await clock.advance(intervalMs);
		await answered(2);
		await resting();
		await clock.advance(intervalMs);
		await answered(3);
		await resting();
		expect(targets).to.have.length(1);
		expect(stored?.etag).to.equal(etag);
		expect(announced).to.have.length(1);
		expect(announced[0]).to.match(/^Could not move to new release: .*config/);
		expect(poller.status().failures).to.equal(0);
		expect(poller.status().lastError).to.match(/config/);
	});

	it('must refuse a document without an entry for this device', async () => {
		const body = { other: { name: 'x', config: {}, apps: {} } };
		test.cloud.faults.add({ match: 'GET /state$', status: 200, body });
		start();
		await eventually(() => announced.length === 1);
		expect(announced[0]).to.match(/no entry for this device/);
		expect(stored).to.equal(undefined);
	});

	it('must tell of an app that cannot be decoded, and take the others', async () => {
		const good = { id: 1, name: 'good' };
		const bad = { id: 'x', name: 'bad' };
		const apps = { ['a'.repeat(32)]: good, ['b'.repeat(32)]: bad };
		const body = { [device.uuid]: { name: 'x', config: {}, apps } };
		test.cloud.faults.add({ match: 'GET /state$', status: 200, body, headers: { etag: '"n"' } });
		start();
		await eventually(() => targets.length === 1);
		await resting();
		expect(targets[0]?.apps.map(({ name }) => name)).to.deep.equal(['good']);
		expect(announced[0]).to.match(/^Could not move to new release: app bad: /);
		expect(stored?.etag).to.equal('"n"');
	});

	it('must end at once when stopped in the middle of a request', async () => {
		test.cloud.faults.add({ match: 'GET /state$', status: 200, body: {}, delayMs: 60_000 });
		start();
		await eventually(() => polls().length === 1);
		stop.abort();
		await job;
	});
});

describe('the pauses of the poller', () => {
	const failing = (failures: number, more = {}) =>
		pauseAfterFailureMs({ failures, intervalMs, fraction: 0, ...more });

	it('must double from 15 s up to the interval', () => {
		expect([0, 1, 2, 5, 6, 99].map((n) => failing(n))).to.deep.equal([
			15_000, 30_000, 60_000, 480_000, 900_000, 900_000,
		]);
	});

	it('must stay within a short interval', () => {
		expect(failing(0, { intervalMs: 10_000 })).to.equal(10_000);
	});

	it('must not be shorter than the cloud asked for, and not the same for all whom it asked', () => {
		expect(failing(0, { retryAfterMs: 60_000 })).to.equal(60_000);
		expect(failing(0, { retryAfterMs: 60_000, fraction: 1 })).to.equal(72_000);
	});

	it('must spread by up to a tenth of the interval, at most a minute', () => {
		expect(pauseAfterSuccessMs(10_000, 1)).to.equal(11_000);
		expect(pauseAfterSuccessMs(900_000, 1)).to.equal(960_000);
	});
});

import { expect } from 'chai';
import {
	startCloud,
	type TestCloud,
	type TestDevice,
} from '../../tools/cloud/testing/start-cloud.ts';
import type { Job } from '../kit/job.ts';
import { silentLogger } from '../kit/logger.ts';
import { createFakeClock, type FakeClock } from '../kit/testing/fake-clock.ts';
import type { DeviceTags } from '../ports/cloud.ts';
import type { HttpClient } from './http.ts';
import { createTags } from './tags.ts';
import { createTestHttp } from './testing/cloud-under-test.ts';
import { createMemoryConfig, createMemorySettings, eventually } from './testing/memory-config.ts';

describe('createTags, against the development cloud', () => {
	let test: TestCloud;
	let device: TestDevice;
	let http: HttpClient;
	let clock: FakeClock;
	let stop: AbortController;
	let settings: ReturnType<typeof createMemorySettings>;
	let tags: DeviceTags & Job;
	let job: Promise<void> | undefined;

	beforeEach(async () => {
		test = await startCloud();
		device = await test.register();
		http = createTestHttp();
		clock = createFakeClock();
		stop = new AbortController();
		settings = createMemorySettings();
		tags = make();
	});
	afterEach(async () => {
		stop.abort();
		await job;
		http.close();
		await test.close();
	});

	function make(config: Record<string, unknown> = {}): DeviceTags & Job {
		return createTags({
			config: createMemoryConfig({
				apiEndpoint: test.url,
				uuid: device.uuid,
				deviceApiKey: device.key,
				deviceId: device.id,
				...config,
			}),
			http,
			provisioned: () => Promise.resolve(),
			store: settings,
			pollIntervalMs: () => 60_000,
			clock,
			random: { fraction: () => 0 },
			log: silentLogger,
		});
	}
	const messages = () => test.cloud.journal.list({ method: 'PATCH', path: '/device/v3/tags' });
	const messagesUntil = (count: number) =>
		eventually(() => messages().length >= count && messages());
	/** The last message was answered, too. */
	const pausing = () => eventually(() => clock.sleepers().includes(10_000));
	const inCloud = async (): Promise<unknown> =>
		(await tags.read(stop.signal)).map(({ name, value }) => [name, value]);

	it('must tell the tags and read them back', async () => {
		await tags.set({ site: 'hall-7', floor: '2' });
		job = tags.run(stop.signal);
		await messagesUntil(1);
		await pausing();
		expect(await inCloud()).to.deep.equal([
			['site', 'hall-7'],
			['floor', '2'],
		]);
		expect((await tags.read(stop.signal)).map(({ id }) => typeof id)).to.include('number');
	});

	it('must wait ten seconds between two messages and tell only what is new', async () => {
		job = tags.run(stop.signal);
		await tags.set({ site: 'hall-7' });
		await messagesUntil(1);
		await tags.set({ site: 'hall-7', floor: '2' });
		await pausing();
		await clock.advance(9_999);
		expect(messages()).to.have.length(1);
		await clock.advance(1);
		const [, second] = await messagesUntil(2);
		await pausing();
		expect(second?.body).to.deep.equal({ [device.uuid]: { floor: '2' } });
	});

	it('must not tell anew after a restart what was told', async () => {
		await tags.set({ site: 'hall-7' });
		job = tags.run(stop.signal);
		await messagesUntil(1);
		await pausing();
		stop.abort();
		await job;
		stop = new AbortController();
		tags = make();
		job = tags.run(stop.signal);
		await eventually(() => clock.sleepers().includes(Infinity));
		expect(messages()).to.have.length(1);
	});

	it('must tell after a restart what was not told yet', async () => {
		await tags.set({ site: 'hall-7' });
		tags = make();
		job = tags.run(stop.signal);
		await messagesUntil(1);
		await pausing();
	});

	it('must try again, later each time, for as long as the cloud asks for', async () => {
		test.cloud.faults.add({ match: 'PATCH /tags', status: 503, times: 2 });
		test.cloud.faults.add({
			match: 'PATCH /tags',
			status: 429,
			headers: { 'Retry-After': '100' },
			times: 1,
		});
		await tags.set({ site: 'hall-7' });
		job = tags.run(stop.signal);
		const pauses: number[] = [];
		for (let tries = 1; tries <= 3; tries += 1) {
			await messagesUntil(tries);
			const [pauseMs = 0] = await eventually(() => {
				const sleepers = clock.sleepers();
				return sleepers.length > 0 && sleepers;
			});
			pauses.push(pauseMs);
			await clock.advance(pauseMs);
		}
		await messagesUntil(4);
		expect(pauses).to.deep.equal([15_000, 30_000, 100_000]);
		await pausing();
		expect(await inCloud()).to.deep.equal([['site', 'hall-7']]);
	});

	it('must leave out a tag that the cloud does not take, and tell the others', async () => {
		await tags.set({ site: 'hall-7', 'io.balena.x': '1', floor: '2' });
		job = tags.run(stop.signal);
		for (let count = 1; count <= 4; count += 1) {
			await messagesUntil(count);
			await pausing();
			await clock.advance(10_000);
		}
		await eventually(() => clock.sleepers().includes(Infinity));
		expect(messages().map(({ status }) => status)).to.deep.equal([400, 200, 400, 200]);
		expect(await inCloud()).to.deep.equal([
			['site', 'hall-7'],
			['floor', '2'],
		]);
		await tags.set({ site: 'hall-8', floor: '3' });
		await messagesUntil(5);
		await pausing();
		expect(messages()[4]?.body).to.deep.equal({ [device.uuid]: { site: 'hall-8', floor: '3' } });
	});

	it('must tell all again to another cloud', async () => {
		await settings.setSetting('targetTags', { site: 'hall-7' });
		await settings.setSetting('reportedTags', { site: 'hall-7' });
		await settings.setSetting('reportedTagsTo', 'http://elsewhere#x');
		job = tags.run(stop.signal);
		await messagesUntil(1);
		await pausing();
	});

	const refusals = [
		{ name: 'a device without a cloud', config: { apiEndpoint: '' }, code: 'CONFIG_INVALID' },
		{ name: 'a device without a number', config: { deviceId: undefined }, code: 'CONFIG_INVALID' },
		{ name: 'a wrong key', config: { deviceApiKey: 'x' }, code: 'CLOUD_UNAUTHORIZED' },
	];
	for (const { name, config, code } of refusals) {
		it(`must not read the tags of ${name}`, async () => {
			const failure: unknown = await make(config)
				.read(stop.signal)
				.catch((err: unknown) => err);
			expect(failure).to.have.property('code', code);
		});
	}
});

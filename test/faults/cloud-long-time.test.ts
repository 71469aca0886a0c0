import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { createDialer } from '../../src/cloud/dialer.ts';
import type { HttpAnswer } from '../../src/cloud/http.ts';
import { createCloudLogStream } from '../../src/cloud/log-stream.ts';
import { toNetworkFailure } from '../../src/cloud/network-failure.ts';
import { createMemoryConfig } from '../../src/cloud/testing/memory-config.ts';
import { silentLogger } from '../../src/kit/logger.ts';
import { createFakeClock } from '../../src/kit/testing/fake-clock.ts';
import type { LogLine } from '../../src/model/log-line.ts';
import { createMemoryLogSpool } from '../../src/ports/testing/memory-log-spool.ts';
import { aliveMb } from './support/heap.ts';
import { startLogReader } from './support/log-reader.ts';
import { dayMs, hourMs, startLongLife, uuid, type LongLife } from './support/long-life.ts';

/** Much less than what a few bytes for each request would make of it. */
const toleranceMb = 4;

/** A stream carries nothing before it, in milliseconds. */
const graceMs = 5000;

/** The same numbers in each run. */
function createFractions(): () => number {
	let state = 1;
	return () => {
		state = (state * 48_271) % 2_147_483_647;
		return state / 2_147_483_647;
	};
}

function answerOf(status: number, body?: unknown, headers: HttpAnswer['headers'] = {}): HttpAnswer {
	const text = body === undefined ? '' : JSON.stringify(body);
	return { host: 'api.example.com', status, headers, text, retryAfterMs: undefined };
}

describe('a long time', function () {
	this.timeout(900_000); // ten seconds, unless the machine does much else
	let life: LongLife | undefined;
	afterEach(() => life?.end());

	it('must not make a device whose cloud is out of reach for a year ask too often or grow', async () => {
		const failure = Object.assign(new Error('x'), { code: 'EHOSTUNREACH' });
		const device = (life = startLongLife((_name, { url }) => {
			throw toNetworkFailure(failure, url);
		}, createFractions()));
		const liveFor = async (days: number): Promise<void> => {
			for (let day = 0; day < days; day += 1) {
				await device.tags.set({ day: String(day), [`one-of-${day % 7}`]: 'x' });
				device.readings = { cpuUsage: day % 100, cpuTemp: 20 + (day % 60) };
				device.poller.trigger({ force: false, cancel: false });
				await device.clock.advance(dayMs);
			}
		};
		await liveFor(30);
		const before = await aliveMb();
		await liveFor(335);
		expect((await aliveMb()) - before).to.be.below(toleranceMb);
		// the longest pause is the poll interval, less a fifth of it by chance
		const [least, most] = [365 * 96, (365 * dayMs) / (900_000 * 0.8) + 10];
		const { poll, report, tags } = device.counts;
		expect(report).to.be.within(least, most);
		expect(tags).to.be.within(least, most);
		// beside the poller, who is told to ask once a day, the initial configuration waits for a target
		expect(poll).to.be.within(2 * least, 2 * most + 365);
		expect(device.poller.status().lastError).to.match(/there is no route to it$/);
	});

	it('must leave the memory of a device that runs for 300 days as it was', async () => {
		let release = 0;
		const device = (life = startLongLife((name, { headers }) => {
			if (name === 'configuration') return answerOf(201, {});
			if (name !== 'poll') return answerOf(200);
			const etag = `W/"${release}"`;
			if (headers?.['If-None-Match'] === etag) return answerOf(304, undefined, { etag });
			const config = { RELEASE: String(release) };
			return answerOf(200, { [uuid]: { name: 'x', config, apps: {} } }, { etag });
		}, createFractions()));
		const liveFor = async (days: number): Promise<void> => {
			for (let hour = 0; hour < days * 24; hour += 1) {
				if (hour % 24 === 0) release += 1;
				if (hour % 24 === 1) await device.tags.set({ release: String(release) });
				device.readings = { cpuUsage: (hour * 25) % 100, cpuTemp: 20 + ((hour * 7) % 60) };
				await device.clock.advance(hourMs);
			}
		};
		await liveFor(20);
		const before = await aliveMb();
		await liveFor(280);
		expect((await aliveMb()) - before).to.be.below(toleranceMb);
		expect(device.counts.tags).to.equal(300);
		expect(device.counts.poll).to.be.within((300 * dayMs) / 960_000, (300 * dayMs) / 900_000 + 5);
		expect(device.counts.report).to.be.within(300 * 23, (300 * dayMs) / 300_000 + 5);
	});

	it('must leave the memory as it was after logs were sent on each of 300 days', async () => {
		const reader = await startLogReader();
		const clock = createFakeClock();
		const stop = new AbortController();
		const stream = createCloudLogStream({
			config: createMemoryConfig({ apiEndpoint: reader.url, uuid, deviceApiKey: 'k' }),
			provisioned: () => Promise.resolve(),
			userAgent: () => Promise.resolve('x'),
			mode: () => 'on',
			dialer: createDialer(),
			spool: createMemoryLogSpool(),
			random: { fraction: createFractions() },
			...{ clock, log: silentLogger },
		});
		const job = stream.run(stop.signal);
		/** Time goes by slowly enough for real connections, but for the pauses that are known. */
		const untilSent = async (message: string): Promise<void> => {
			for (let tries = 1; !reader.has(message); tries += 1) {
				const isPause = clock.sleepers().includes(graceMs) || tries % 50 === 0;
				await clock.advance(isPause ? graceMs : 5);
				await pause(2);
			}
		};
		/** A stream begins, carries lines, and ends a minute after the last one. */
		const logFor = async (days: number): Promise<void> => {
			for (let day = 0; day < days; day += 1) {
				const nowMs = clock.now().getTime();
				for (let index = 0; index < 20; index += 1) stream.write(lineOf(`${nowMs} ${index}`));
				await untilSent(`${nowMs} 19`);
				await clock.advance(dayMs);
			}
		};
		await logFor(30);
		const before = await aliveMb();
		await logFor(270);
		expect((await aliveMb()) - before).to.be.below(toleranceMb);
		expect(stream.droppedLines).to.equal(0);
		stop.abort();
		reader.close();
		const ending = { isOver: false };
		void job.then(() => (ending.isOver = true));
		while (!ending.isOver) {
			await clock.advance(1000);
			await pause(2);
		}
	});
});

function lineOf(message: string): LogLine {
	return { message, timestampMs: 0, isSystem: false, isStdErr: false, serviceId: 1 };
}

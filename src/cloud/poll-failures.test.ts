import { expect } from 'chai';
import {
	startCloud,
	type TestCloud,
	type TestDevice,
} from '../../tools/cloud/testing/start-cloud.ts';
import { eventually } from './testing/memory-config.ts';
import { createPollerBench, intervalMs, type PollerBench } from './testing/poller-bench.ts';

describe('polls that fail, against the development cloud', () => {
	let test: TestCloud;
	let device: TestDevice;
	let bench: PollerBench;
	beforeEach(async () => {
		test = await startCloud();
		device = await test.register();
		bench = createPollerBench(test, device);
	});
	afterEach(async () => {
		await bench.end();
		await test.close();
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
			const { clock, targets } = bench;
			test.cloud.faults.add({ match: 'GET /state$', times: 1, ...fault });
			const poller = bench.start();
			await eventually(() => poller.status().failures === 1);
			expect(poller.status().lastError).to.match(message);
			await bench.resting();
			expect(clock.sleepers()).to.deep.equal([pauseMs]);
			await clock.advance(pauseMs);
			await eventually(() => targets.length === 1);
			await bench.resting();
			expect(poller.status()).to.include({ failures: 0, lastError: undefined });
		});
	}

	it('must name the key as the cause of a 401', async () => {
		const poller = bench.start({ key: 'revoked' });
		await eventually(() => poller.status().failures === 1);
		expect(poller.status().lastError).to.match(/refused the key of this device/);
	});

	describe('a key that is refused', () => {
		it('must be checked once an interval, while the polls become rare and the target stays', async () => {
			const { clock, targets } = bench;
			const poller = bench.start({ key: 'revoked' });
			await eventually(() => poller.status().isKeyRefused);
			for (let failures = 2; failures < 12; failures++) {
				await bench.resting();
				await clock.advance(clock.sleepers()[0] ?? 0);
				await eventually(() => poller.status().failures === failures);
			}
			await bench.resting();
			expect(clock.sleepers()).to.deep.equal([intervalMs]);
			expect(bench.rechecks).to.equal(1 + Math.floor(clock.monotonicMs() / intervalMs));
			expect(targets).to.deep.equal([]);
		});

		it('must be used again at once when the cloud takes it after all', async () => {
			const { clock, targets } = bench;
			bench.recheckKey = () => Promise.resolve(true);
			test.cloud.faults.add({ match: 'GET /state$', status: 401, times: 1 });
			const poller = bench.start();
			await eventually(() => poller.status().failures === 1);
			await bench.resting();
			await clock.advance(1000);
			await eventually(() => targets.length === 1);
			expect(poller.status().isKeyRefused).to.equal(false);
		});

		it('must not have the cloud asked over and over when it says one thing here and another there', async () => {
			const { clock } = bench;
			bench.recheckKey = () => Promise.resolve(true);
			test.cloud.faults.add({ match: 'GET /state$', status: 401 });
			const poller = bench.start();
			await eventually(() => poller.status().failures === 1);
			await bench.resting();
			await clock.advance(1000);
			await eventually(() => poller.status().failures === 2);
			await bench.resting();
			expect(clock.sleepers()).to.deep.equal([30_000]);
			expect(bench.rechecks).to.equal(1);
		});

		it('must count as unknown while it cannot be checked', async () => {
			bench.recheckKey = () => Promise.reject(new Error('no network'));
			const poller = bench.start({ key: 'revoked' });
			await eventually(() => poller.status().failures === 1);
			expect(poller.status().isKeyRefused).to.equal(false);
		});
	});
});

import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import type { Clock } from '../kit/clock.ts';
import { aborted } from '../kit/job.ts';
import { silentLogger } from '../kit/logger.ts';
import { createFakeClock, type FakeClock } from '../kit/testing/fake-clock.ts';
import { createIdentityLight } from './identity-light.ts';
import { eventually } from '../../test/support/eventually.ts';
import { makeTempTree, type TempTree } from './testing/temp-tree.ts';

describe('the light that identifies a device', () => {
	let tree: TempTree;
	let seen: string[];
	let onRest: () => void;
	let resting: Promise<void>;
	beforeEach(async () => {
		tree = await makeTempTree();
		seen = [];
		resting = new Promise((resolve) => (onRest = resolve));
	});
	afterEach(() => tree.remove());

	/** Time passes as fast as it is asked for; each pause notes how the light shines. */
	function clockThatLooks(filePath: string): Clock {
		let nowMs = 0;
		let rests = 0;
		return {
			now: () => new Date(nowMs),
			monotonicMs: () => nowMs,
			async sleep(ms, signal) {
				if (ms === Infinity) {
					rests += 1;
					if (rests > 1) onRest();
					await aborted(signal);
					throw new Error('aborted');
				}
				seen.push(await readFile(filePath, 'utf8'));
				nowMs += ms;
			},
		};
	}

	async function blinkOnce(filePath: string): Promise<void> {
		const stop = new AbortController();
		const clock = clockThatLooks(filePath);
		const light = createIdentityLight({ path: filePath, clock, log: silentLogger });
		const run = light.run(stop.signal);
		await new Promise((resolve) => setImmediate(resolve));
		light.blink();
		await resting;
		stop.abort();
		await run;
	}

	it('must blink for 15 s as bright as it can, and shine as before afterwards', async () => {
		await tree.write({ brightness: '7\n', max_brightness: '255\n' });
		const filePath = path.join(tree.root, 'brightness');
		await blinkOnce(filePath);
		expect(seen).to.have.length(60);
		expect(seen.slice(0, 2).map((text) => text.slice(0, 3))).to.deep.equal(['255', '055']);
		expect(await readFile(filePath, 'utf8')).to.match(/^7/);
	});

	describe('while the cloud is out of reach', () => {
		let filePath: string;
		let clock: FakeClock;
		let light: ReturnType<typeof createIdentityLight>;
		let end: () => Promise<void>;
		beforeEach(async () => {
			await tree.write({ brightness: '0\n', max_brightness: '1\n' });
			filePath = path.join(tree.root, 'brightness');
			clock = createFakeClock();
			light = createIdentityLight({ path: filePath, clock, log: silentLogger });
			const stop = new AbortController();
			const run = light.run(stop.signal);
			end = async () => {
				stop.abort();
				await run;
			};
		});

		/** How the light shines, and for how long, until time has come so far. */
		async function watch(forMs: number): Promise<string[]> {
			const shown: string[] = [];
			for (const endMs = clock.monotonicMs() + forMs; clock.monotonicMs() < endMs;) {
				const ms = await eventually(
					'a light that shines',
					() => clock.sleepers().find(Number.isFinite),
					{ everyMs: 1 },
				);
				shown.push(`${(await readFile(filePath, 'utf8')).trim()} ${ms}`);
				await clock.advance(ms);
			}
			return shown;
		}
		const turn = ['1 250', '0 250', '1 250', '0 250', '1 250', '0 250', '1 250', '0 1250'];
		const rested = (): Promise<true> =>
			eventually('a light at rest', () => (clock.sleepers()[0] === Infinity ? true : undefined));

		it('must blink four times and pause for a second, again and again', async () => {
			light.showConnection(false);
			light.showConnection(false);
			expect(await watch(6000)).to.deep.equal([...turn, ...turn]);
			await end();
			expect(await readFile(filePath, 'utf8')).to.match(/^0/);
		});

		it('must shine as before once the cloud is back', async () => {
			await tree.write({ brightness: '1\n' });
			light.showConnection(false);
			await watch(500);
			light.showConnection(true);
			await rested();
			expect(await readFile(filePath, 'utf8')).to.match(/^1/);
			await end();
		});

		it('must identify the device first, and go on afterwards', async () => {
			light.showConnection(false);
			await watch(500);
			light.blink();
			await clock.advance(0);
			expect(new Set(await watch(15_000))).to.deep.equal(new Set(['1 250', '0 250']));
			expect(await watch(3000)).to.deep.equal(turn);
			await end();
		});

		it('must do nothing on a device without a light', async () => {
			await rm(filePath);
			light.showConnection(false);
			await rested();
			expect(existsSync(filePath)).to.equal(false);
			await end();
		});
	});

	it('must do nothing on a device without a light, and make no file', async () => {
		const filePath = path.join(tree.root, 'brightness');
		await blinkOnce(filePath);
		expect(seen).to.deep.equal([]);
		expect(existsSync(filePath)).to.equal(false);
	});
});

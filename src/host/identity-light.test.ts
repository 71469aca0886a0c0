import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import type { Clock } from '../kit/clock.ts';
import { aborted } from '../kit/job.ts';
import { silentLogger } from '../kit/logger.ts';
import { createIdentityLight } from './identity-light.ts';
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

	it('must do nothing on a device without a light, and make no file', async () => {
		const filePath = path.join(tree.root, 'brightness');
		await blinkOnce(filePath);
		expect(seen).to.deep.equal([]);
		expect(existsSync(filePath)).to.equal(false);
	});
});

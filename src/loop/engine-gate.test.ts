import { expect } from 'chai';
import { settle } from '../execute/testing/executor-bench.ts';
import { silentLogger } from '../kit/logger.ts';
import { createFakeClock } from '../kit/testing/fake-clock.ts';
import { createFakeEngine } from '../ports/testing/fake-engine.ts';
import { createEngineGate } from './engine-gate.ts';

describe('engine gate', () => {
	const setUp = () => {
		const engine = createFakeEngine();
		const clock = createFakeClock();
		const lines: string[] = [];
		const note = (_fields: object, message: string): void => void lines.push(message);
		const log = { ...silentLogger, info: note, warn: note };
		const gate = createEngineGate({ engine, clock, log, random: { fraction: () => 0 } });
		return { engine, clock, lines, gate, end: new AbortController() };
	};

	it('must say once that the engine went and once that it is back, and let those pass who wait', async () => {
		const { engine, clock, lines, gate, end } = setUp();
		const running = gate.run(end.signal);
		engine.goDown();
		expect(await gate.probe(end.signal)).to.equal(false);
		expect(await gate.probe(end.signal)).to.equal(false);
		const passed = gate.untilOpen(end.signal);
		await clock.advance(60_000);
		expect(gate.isOpen).to.equal(false);
		const asked = engine.calls.length;
		expect(asked).to.be.below(25);
		engine.goUp();
		await clock.advance(6000);
		await passed;
		expect(lines).to.deep.equal([
			'container engine does not answer',
			'container engine answers again',
		]);
		end.abort();
		await running;
		expect(clock.sleepers()).to.deep.equal([]);
	});

	it('must close at a reading that finds the engine gone, and not at other failures', async () => {
		const { engine, gate, end } = setUp();
		engine.failNext('listImages', new Error('odd'));
		await gate.guard(engine.listImages(end.signal)).catch(() => undefined);
		expect(gate.isOpen).to.equal(true);
		engine.goDown();
		await gate.guard(engine.listImages(end.signal)).catch(() => undefined);
		expect(gate.isOpen).to.equal(false);
	});

	it('must end soon after its signal, with waiters inside', async () => {
		const { engine, gate, end } = setUp();
		const running = gate.run(end.signal);
		engine.goDown();
		await gate.probe(end.signal);
		const passed = gate.untilOpen(end.signal);
		await settle();
		end.abort();
		await Promise.all([running, passed]);
	});
});

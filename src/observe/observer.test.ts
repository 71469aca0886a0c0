import { expect } from 'chai';
import { silentLogger } from '../kit/logger.ts';
import { createFakeClock, type FakeClock } from '../kit/testing/fake-clock.ts';
import type { Step } from '../model/plan.ts';
import { sleeperSpec } from '../ports/testing/engine-under-test.ts';
import { createFakeEngine, type FakeEngine } from '../ports/testing/fake-engine.ts';
import { listsChangedBy } from './changed-lists.ts';
import { createObserver, type Observer } from './observer.ts';

const never = new AbortController().signal;
const image = 'busybox:stable';
const minuteMs = 60_000;
const base = { id: 'a', resource: 'a', cause: 'test', after: [] };
const stopStep: Step = { ...base, kind: 'stopContainer', container: 'a' };
const lockStep: Step = { ...base, kind: 'releaseLocks', appId: 1, services: [] };

describe('createObserver', () => {
	let engine: FakeEngine;
	let clock: FakeClock;
	let observer: Observer;
	let stop: AbortController;
	let running: Promise<void>;
	let changes: number;
	let availability: boolean[];

	const lists = () => engine.calls.filter(({ method }) => method.startsWith('list')).length;

	beforeEach(() => {
		engine = createFakeEngine();
		engine.addImage(image);
		clock = createFakeClock();
		const random = { fraction: () => 0, hex32: () => '' };
		observer = createObserver({ engine, clock, random, log: silentLogger });
		changes = 0;
		availability = [];
		observer.onChange(() => changes++);
		observer.onAvailability((isUp) => availability.push(isUp));
		stop = new AbortController();
		running = observer.run(stop.signal);
	});

	afterEach(async () => {
		stop.abort();
		await running;
		expect(engine.eventStreams).to.equal(0);
	});

	it('must read once with four calls, and never again while nothing happens', async () => {
		await clock.advance(100);
		const first = await observer.current(never);
		const again = await observer.current(never);
		expect(again).to.equal(first);
		expect(lists()).to.equal(4);
		await clock.advance(14 * minuteMs);
		expect(await observer.current(never)).to.equal(first);
		expect(engine.calls).to.have.length(5); // the lists, and the event stream
	});

	it('must share one reading between all who ask at once', async () => {
		await clock.advance(100);
		const states = await Promise.all([1, 2, 3].map(() => observer.current(never)));
		expect(new Set(states).size).to.equal(1);
		expect(lists()).to.equal(4);
	});

	it('must see what an event tells of, and say so within 50 ms', async () => {
		await clock.advance(100);
		await observer.current(never);
		changes = 0;
		await engine.createContainer(sleeperSpec('web', image), never);
		await engine.startContainer('web', never);
		await clock.advance(50);
		expect(changes).to.equal(1);
		const { containers } = await observer.current(never);
		expect(containers.map(({ name, state }) => `${name} ${state}`)).to.deep.equal(['web running']);
	});

	it('must look once more a second after an end, which the list of containers may show late', async () => {
		await clock.advance(100);
		await engine.createContainer(sleeperSpec('web', image), never);
		await engine.startContainer('web', never);
		await clock.advance(100);
		await engine.stopContainer('web', never);
		await clock.advance(100);
		const early = await observer.current(never);
		changes = 0;
		await clock.advance(1100);
		expect(changes).to.equal(1);
		expect(await observer.current(never)).to.not.equal(early);
		await clock.advance(10_000);
		expect(changes).to.equal(1);
	});

	it('must read the lists alone that events put out of date', async () => {
		await clock.advance(100);
		const before = await observer.current(never);
		const cases = [
			{ type: 'container', action: 'start', list: 'listContainers' },
			{ type: 'network', action: 'connect', list: 'listContainers' },
			{ type: 'network', action: 'create', list: 'listNetworks' },
			{ type: 'volume', action: 'create', list: 'listVolumes' },
			{ type: 'image', action: 'tag', list: 'listImages' },
		] as const;
		for (const { type, action, list } of cases) {
			engine.calls.length = 0;
			engine.emit(type, action, { id: 'a', attributes: { 'io.balena.supervised': 'true' } });
			await clock.advance(50);
			await observer.current(never);
			expect(engine.calls.map(({ method }) => method)).to.deep.equal([list]);
		}
		expect((await observer.current(never)).containers).to.deep.equal(before.containers);
	});

	it('must read a list again that changed while it was read', async () => {
		await clock.advance(100);
		await observer.current(never);
		observer.markStale();
		const reading = observer.current(never);
		engine.emit('network', 'create', { id: 'n' });
		await reading;
		engine.calls.length = 0;
		await observer.current(never);
		expect(engine.calls.map(({ method }) => method)).to.deep.equal(['listNetworks']);
	});

	it('must not hand out a reading during which something happened', async () => {
		await clock.advance(100);
		const release = engine.hold('listVolumes');
		const before = observer.current(never);
		await clock.advance(0);
		await engine.createContainer(sleeperSpec('web', image), never);
		await clock.advance(0);
		const after = observer.current(never);
		release();
		expect((await before).containers).to.deep.equal([]);
		expect((await after).containers).to.have.length(1);
	});

	it('must read anew after markStale', async () => {
		await clock.advance(100);
		const first = await observer.current(never);
		observer.markStale();
		expect(await observer.current(never)).to.not.equal(first);
	});

	it('must read the lists alone that somebody says he changed', async () => {
		await clock.advance(100);
		await observer.current(never);
		const before = lists();
		observer.markStale(listsChangedBy([stopStep, lockStep]));
		await observer.current(never);
		expect(lists() - before).to.equal(1);
		observer.markStale(listsChangedBy([lockStep]));
		await observer.current(never);
		expect(lists() - before).to.equal(1);
	});

	it('must ignore containers that are not ours, and noise', async () => {
		await clock.advance(100);
		const first = await observer.current(never);
		changes = 0;
		await engine.createContainer(sleeperSpec('x', image, { config: { Labels: {} } }), never);
		const ours = { id: 'a', attributes: { 'io.balena.supervised': 'true' } };
		engine.emit('container', 'exec_start: sh', ours);
		engine.emit('container', 'top', ours);
		engine.emit('volume', 'mount', { id: 'v' });
		await clock.advance(100);
		expect(changes).to.equal(0);
		expect(await observer.current(never)).to.equal(first);
	});

	it('must see a pulled image, and wake nobody for it', async () => {
		await clock.advance(100);
		await observer.current(never);
		changes = 0;
		await engine.pullImage('registry.test/app:1', { signal: never });
		await clock.advance(100);
		expect(changes).to.equal(0);
		expect((await observer.current(never)).images).to.have.length(2);
	});

	it('must look again after 15 minutes without a change', async () => {
		await clock.advance(100);
		const first = await observer.current(never);
		changes = 0;
		await clock.advance(15 * minuteMs + 100);
		expect(changes).to.equal(1);
		expect(await observer.current(never)).to.not.equal(first);
	});

	it('must say that the engine went and came, and trust nothing read before', async () => {
		await clock.advance(100);
		const first = await observer.current(never);
		changes = 0;
		engine.goDown();
		await clock.advance(60);
		expect(availability).to.deep.equal([true, false]);
		expect(changes).to.equal(1);
		const err: unknown = await observer.current(never).catch((thrown: unknown) => thrown);
		expect(err).to.have.property('code', 'ENGINE_UNAVAILABLE');
		engine.goUp();
		await clock.advance(6_000);
		expect(availability).to.deep.equal([true, false, true]);
		expect(changes).to.equal(2);
		expect(await observer.current(never)).to.not.equal(first);
	});

	it('must try to reconnect ever more slowly, up to 5 s', async () => {
		await clock.advance(100);
		engine.goDown();
		const attempts = () => engine.calls.filter(({ method }) => method === 'events').length;
		await clock.advance(60_000);
		expect(attempts()).to.be.within(14, 18);
	});

	it('must reject with the reason of one who asks and gives up, and go on for the others', async () => {
		await clock.advance(100);
		const release = engine.hold('listImages');
		const impatient = new AbortController();
		const reason = new Error('enough');
		const [one, two] = [observer.current(impatient.signal), observer.current(never)];
		impatient.abort(reason);
		expect(await one.catch((err: unknown) => err)).to.equal(reason);
		release();
		expect((await two).images).to.have.length(1);
	});

	it('must freeze what it hands out', async () => {
		const state = await observer.current(never);
		expect(Object.isFrozen(state) && Object.isFrozen(state.containers)).to.equal(true);
	});
});

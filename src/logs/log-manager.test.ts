import { expect } from 'chai';
import { createTopic } from '../kit/emitter.ts';
import { silentLogger } from '../kit/logger.ts';
import { createFakeClock, type FakeClock } from '../kit/testing/fake-clock.ts';
import type { LogLine } from '../model/log-line.ts';
import type { ObservedState } from '../model/observed.ts';
import { sleeperSpec } from '../ports/testing/engine-under-test.ts';
import { createFakeEngine, type FakeEngine } from '../ports/testing/fake-engine.ts';
import { createLogManager, type LogManager } from './log-manager.ts';

const never = new AbortController().signal;
const image = 'busybox:stable';
const labels = {
	'io.balena.supervised': 'true',
	'io.balena.service-id': '31007',
	'io.balena.service-name': 'main',
};

describe('createLogManager', () => {
	let engine: FakeEngine;
	let clock: FakeClock;
	let manager: LogManager;
	let stop: AbortController;
	let running: Promise<void>;
	let lines: LogLine[];
	let observed: ObservedState | undefined;
	let saved: unknown;
	const changes = createTopic<undefined>();

	beforeEach(() => {
		engine = createFakeEngine();
		engine.addImage(image);
		clock = createFakeClock(Date.UTC(2026, 0, 1));
		lines = [];
		observed = undefined;
		saved = undefined;
	});
	afterEach(async () => {
		stop.abort();
		await running;
		expect(changes.listenerCount).to.equal(0);
		expect(manager.attachmentCount).to.equal(0);
	});

	async function start(): Promise<void> {
		stop = new AbortController();
		manager = createLogManager({
			engine,
			observed: () => observed,
			onChange: (listener) => changes.subscribe(listener),
			sinks: [{ write: (line) => void lines.push(line) }],
			cursorStore: {
				load: () => Promise.resolve(saved),
				save: (value) => Promise.resolve(void (saved = structuredClone(value))),
			},
			clock,
			log: silentLogger,
		});
		running = manager.run(stop.signal);
		await clock.advance(0);
	}
	async function restart(): Promise<void> {
		stop.abort();
		await running;
		await start();
	}
	/** The observer reads the engine anew. */
	async function look(): Promise<void> {
		await clock.advance(10);
		const containers = await engine.listContainers(never);
		observed = {
			atMs: clock.monotonicMs(),
			containers,
			images: [],
			networks: [],
			volumes: [],
		};
		changes.publish(undefined);
		await clock.advance(0);
	}
	async function run(name: string, config: object = {}): Promise<string> {
		const spec = sleeperSpec(name, image, { config: { Labels: labels, ...config } });
		const id = await engine.createContainer(spec, never);
		await engine.startContainer(id, never);
		return id;
	}
	const messages = () => lines.map(({ message }) => message);
	const say = async (name: string, message: string, isStdErr = false) => {
		engine.writeLog(name, message, isStdErr);
		await clock.advance(0);
	};

	it('must send the lines of a container with the service they belong to', async () => {
		await start();
		await run('web');
		await look();
		await say('web', 'hello');
		await say('web', 'oh', true);
		expect(lines[0]).to.deep.include({
			message: 'hello',
			isSystem: false,
			isStdErr: false,
			serviceId: 31007,
			serviceName: 'main',
		});
		expect(lines[0]?.timestampMs).to.be.within(Date.UTC(2025, 11, 31), Date.UTC(2026, 0, 2));
		expect(lines[1]).to.include({ message: 'oh', isStdErr: true });
	});

	it('must send what a new container wrote before anybody looked, even if it has ended', async () => {
		await start();
		await run('job');
		await say('job', 'short life');
		engine.exitContainer('job', 0);
		await look();
		expect(messages()).to.deep.equal(['short life']);
		await clock.advance(3000);
		expect(manager.attachmentCount).to.equal(0);
		await look();
		await look();
		// and once more for lines that the engine gets late
		expect(engine.calls.filter(({ method }) => method === 'followLog')).to.have.length(2);
	});

	it('must send the last words of a container that the engine gets late', async () => {
		await start();
		await run('job');
		await look();
		await say('job', 'first');
		engine.exitContainer('job', 0);
		await look();
		await say('job', 'late');
		await clock.advance(3000);
		expect(messages()).to.deep.equal(['first', 'late']);
	});

	it('must read a container at once that is started again soon after its end', async () => {
		await start();
		const id = await run('job');
		await look();
		engine.exitContainer('job', 0);
		await look();
		await engine.startContainer(id, never);
		await say('job', 'again');
		await look();
		expect(messages()).to.deep.equal(['again']);
	});

	it('must attach once, however often it looks', async () => {
		await start();
		await run('web');
		for (let i = 0; i < 5; i++) await look();
		await say('web', 'once');
		expect(messages()).to.deep.equal(['once']);
		expect(manager.attachmentCount).to.equal(1);
	});

	it('must go on after a restart of the container', async () => {
		await start();
		const id = await run('web');
		await look();
		await say('web', 'first life');
		engine.exitContainer('web', 1);
		await look();
		await clock.advance(3000);
		expect(manager.attachmentCount).to.equal(0);
		await engine.startContainer(id, never);
		await say('web', 'second life');
		await look();
		await say('web', 'more');
		expect(messages()).to.deep.equal(['first life', 'second life', 'more']);
	});

	it('must go on after a restart that nobody observed', async () => {
		await start();
		const id = await run('web');
		await look();
		engine.exitContainer('web', 1);
		await engine.startContainer(id, never);
		await say('web', 'back');
		await clock.advance(3000);
		expect(messages()).to.deep.equal(['back']);
		expect(manager.attachmentCount).to.equal(1);
	});

	it('must read a container anew that was started and has ended since it was seen', async () => {
		await start();
		const id = await run('job');
		engine.exitContainer('job', 0);
		await look();
		await engine.startContainer(id, never);
		await say('job', 'again');
		engine.exitContainer('job', 0);
		manager.containerStarted('job');
		await clock.advance(0);
		expect(messages()).to.deep.equal(['again']);
	});

	it('must neither repeat nor miss lines over its own restart', async () => {
		await start();
		await run('web');
		await run('silent');
		await look();
		await say('web', 'before');
		stop.abort();
		await running;
		await say('web', 'meanwhile');
		await say('silent', 'at last');
		await start();
		await look();
		await say('web', 'after');
		expect(messages()).to.have.members(['before', 'meanwhile', 'at last', 'after']);
		expect([messages()[0], messages()[3]]).to.deep.equal(['before', 'after']);
	});

	it('must not send what a container wrote before our time', async () => {
		await run('web');
		await say('web', 'old');
		await clock.advance(3_600_000);
		await start();
		await look();
		expect(messages()).to.deep.equal([]);
	});

	it('must store its cursors within two seconds', async () => {
		await start();
		await run('web');
		await look();
		await say('web', 'x');
		await clock.advance(2000);
		expect(JSON.stringify(saved)).to.match(/"last":"2026-01-01T/);
	});

	const levels = [
		{ level: 'none', expected: [] },
		{ level: 'err', expected: ['bad'] },
		{ level: 'error', expected: ['bad'] },
		{ level: 'all', expected: ['good', 'bad'] },
	];
	for (const { level, expected } of levels) {
		it(`must heed BALENA_LOGS_LEVEL=${level}`, async () => {
			await start();
			await run('web', { Env: [`BALENA_LOGS_LEVEL=${level}`] });
			await look();
			await say('web', 'good');
			await say('web', 'bad', true);
			expect(messages()).to.deep.equal(expected);
		});
	}

	it('must let go of a container that is destroyed', async () => {
		await start();
		const id = await run('web');
		await look();
		expect(manager.attachmentCount).to.equal(1);
		await engine.removeContainer(id, never);
		await look();
		expect(manager.attachmentCount).to.equal(0);
		await clock.advance(60_000);
		expect(JSON.stringify(saved)).not.to.include(id);
	});

	it('must read on where it was when the engine comes back', async () => {
		await start();
		await run('web');
		await look();
		await say('web', 'one');
		engine.goDown();
		await clock.advance(0);
		engine.world.container('web').logs.push({
			message: 'two',
			isStdErr: false,
			stamp: '2026-01-01T12:00:00.000000001Z',
		});
		engine.goUp();
		await clock.advance(1000);
		expect(messages()).to.deep.equal(['one', 'two']);
	});

	it('must end soon and leave nothing open', async () => {
		await start();
		await run('web');
		await look();
		await restart();
		expect(manager.attachmentCount).to.equal(1);
	});
});

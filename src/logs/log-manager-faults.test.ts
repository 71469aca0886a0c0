import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import { SupervisorError } from '../kit/errors.ts';
import { createTopic } from '../kit/emitter.ts';
import { silentLogger } from '../kit/logger.ts';
import { createFakeClock, type FakeClock } from '../kit/testing/fake-clock.ts';
import type { LogLine } from '../model/log-line.ts';
import { toStamp } from '../model/log-position.ts';
import type { ObservedState } from '../model/observed.ts';
import type { LogSink } from '../ports/log-sink.ts';
import { sleeperSpec } from '../ports/testing/engine-under-test.ts';
import { createFakeEngine, type FakeEngine } from '../ports/testing/fake-engine.ts';
import { createLogManager, type LogManager } from './log-manager.ts';

const never = new AbortController().signal;
const image = 'busybox:stable';
const labels = { 'io.balena.supervised': 'true', 'io.balena.service-name': 'main' };
const refused = (message: string, retry: 'never' | 'backoff' = 'backoff'): Error =>
	new SupervisorError(message, { code: 'ENGINE_REFUSED', retry });

describe('createLogManager in trouble', () => {
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
		await clock.advance(3000);
		await running;
	});

	async function start(sink: Partial<LogSink> = {}): Promise<void> {
		stop = new AbortController();
		manager = createLogManager({
			engine,
			observed: () => observed,
			onChange: (listener) => changes.subscribe(listener),
			sinks: [{ write: (line) => void lines.push(line), ...sink }],
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
	async function look(): Promise<void> {
		await clock.advance(10);
		const containers = await engine.listContainers(never);
		const nothing = { images: [], networks: [], volumes: [] };
		observed = { atMs: clock.monotonicMs(), containers, ...nothing };
		changes.publish(undefined);
		await clock.advance(0);
	}
	async function run(name: string): Promise<string> {
		const spec = sleeperSpec(name, image, { config: { Labels: labels } });
		const id = await engine.createContainer(spec, never);
		await engine.startContainer(id, never);
		return id;
	}
	const say = async (name: string, message: string): Promise<void> => {
		engine.writeLog(name, message);
		await clock.advance(0);
	};
	const messages = (): string[] => lines.map(({ message }) => message);
	const followed = (): number => engine.calls.filter(({ method }) => method === 'followLog').length;
	/** As a sudden end of the process would leave it, with what was saved by then. */
	async function crash(): Promise<void> {
		const kept = structuredClone(saved);
		stop.abort();
		await clock.advance(3000);
		await running;
		saved = kept;
	}

	it('must say once that a log cannot be read, and not ask again', async () => {
		const reason = 'configured logging driver does not support reading';
		engine.failNext('followLog', refused(reason, 'never'), 10);
		await start();
		const id = await run('mute');
		await look();
		await clock.advance(600_000);
		engine.exitContainer('mute', 0);
		await engine.startContainer(id, never);
		manager.containerStarted('mute');
		await look();
		await clock.advance(600_000);
		expect(messages()).to.deep.equal([`The log of service 'main' cannot be read: ${reason}`]);
		expect(lines[0]).to.include({ isSystem: true, isStdErr: true });
		expect(followed()).to.equal(1);
	});

	it('must read what comes when the engine cannot read what it has, and say so once', async () => {
		engine.failNext('followLog', refused('Error grabbing logs: unexpected EOF'), 5);
		await start();
		await run('web');
		await say('web', 'lost');
		await look();
		await clock.advance(600_000);
		await say('web', 'new');
		const told =
			"A part of the log of service 'main' cannot be read: Error grabbing logs: unexpected EOF";
		expect(messages()).to.deep.equal([told, 'new']);
	});

	it('must send what a container wrote that was started and removed before anybody looked', async () => {
		await start();
		await look();
		const id = await run('flash');
		engine.writeLog('flash', 'hello');
		manager.containerStarted(id);
		await clock.advance(0);
		engine.writeLog('flash', 'bye');
		await engine.removeContainer(id, never);
		await look();
		expect(messages()).to.deep.equal(['hello', 'bye']);
		expect(manager.attachmentCount).to.equal(0);
		await look();
		await clock.advance(60_000);
		expect(JSON.stringify(saved)).not.to.include(id);
	});

	it('must not keep a log open for ever whose container is gone', async () => {
		await start();
		const id = await run('web');
		await look();
		engine.world.containers.delete(id);
		await look();
		expect(manager.attachmentCount).to.equal(1);
		await clock.advance(60_000);
		expect(manager.attachmentCount).to.equal(0);
	});

	it('must repeat nothing after a sudden end that came more than a moment after the last line', async () => {
		await start();
		await run('web');
		await look();
		for (const n of [1, 2, 3]) await say('web', String(n));
		await clock.advance(2000);
		await crash();
		await say('web', '4');
		await start();
		await look();
		expect(messages()).to.deep.equal(['1', '2', '3', '4']);
	});

	it('must repeat only the lines of the last moment after a sudden end, and lose none', async () => {
		await start();
		await run('web');
		await look();
		await say('web', '1');
		await clock.advance(2000);
		await say('web', '2');
		await crash();
		lines = [];
		await start();
		await look();
		expect(messages()).to.deep.equal(['2']);
	});

	it('must not store a cursor before the sinks have secured the lines behind it', async () => {
		let secure = (): void => undefined;
		await start({ secure: () => new Promise<void>((resolve) => (secure = resolve)) });
		await run('web');
		await look();
		await say('web', 'one');
		await clock.advance(60_000);
		expect(JSON.stringify(saved ?? '')).not.to.include('last');
		secure();
		await clock.advance(0);
		expect(JSON.stringify(saved)).to.include('last');
	});

	it('must leave lines with the engine while a sink has no room', async () => {
		let makeRoom = (): void => undefined;
		let isFull = true;
		const full = new Promise<void>((resolve) => (makeRoom = resolve));
		await start({ room: () => (isFull ? full : undefined) });
		await run('web');
		for (let n = 0; n < 1000; n++) engine.writeLog('web', String(n));
		await look();
		expect(lines).to.have.length(0);
		isFull = false;
		makeRoom();
		await clock.advance(0);
		expect(messages()).to.deep.equal(Array.from({ length: 1000 }, (_, n) => String(n)));
	});

	it('must read all lines that gathered while it was away', async () => {
		await start();
		await run('web');
		await look();
		await say('web', 'first');
		await clock.advance(2000);
		await crash();
		for (let n = 0; n < 5000; n++) engine.writeLog('web', String(n));
		await start();
		await look();
		expect(lines).to.have.length(5001);
	});

	it('must read the lines of a life that began before the last known line, as the clock ran back', async () => {
		await start();
		const id = await run('web');
		await look();
		await say('web', 'in the future');
		await clock.advance(2000);
		await crash();
		const { logs } = engine.world.container('web');
		const container = engine.world.container('web');
		engine.exitContainer('web', 0);
		await engine.startContainer(id, never);
		Object.assign(container, { startedAt: toStamp(Date.UTC(2020, 0, 1)) });
		logs.push({ message: 'in the past', isStdErr: false, stamp: toStamp(Date.UTC(2020, 0, 1, 1)) });
		await start();
		await look();
		expect(messages()).to.deep.equal(['in the future', 'in the past']);
	});

	it('must go on reading when the clock runs back meanwhile', async () => {
		await start();
		await run('web');
		await look();
		await say('web', 'one');
		await clock.advance(2000);
		await crash();
		await start();
		await look();
		clock.jumpWall(-3_600_000_000);
		const { logs } = engine.world.container('web');
		logs.push({ message: 'two', isStdErr: false, stamp: toStamp(clock.now().getTime()) });
		await clock.advance(20_000);
		expect(messages()).to.deep.equal(['one', 'two']);
	});

	it('must leave nothing on its signal, however often it saves', async () => {
		await start();
		await run('web');
		await look();
		const before = getEventListeners(stop.signal, 'abort').length;
		for (let n = 0; n < 20; n++) {
			await say('web', String(n));
			await clock.advance(2000);
		}
		expect(getEventListeners(stop.signal, 'abort').length).to.equal(before);
	});
});

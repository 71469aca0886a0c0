import { getEventListeners } from 'node:events';
import { expect } from 'chai';
import { SupervisorError } from '../kit/errors.ts';
import { toStamp } from '../model/log-position.ts';
import { createLogManagerBench, type LogManagerBench } from './testing/log-manager-bench.ts';

const never = new AbortController().signal;
const refused = (message: string, retry: 'never' | 'backoff' = 'backoff'): Error =>
	new SupervisorError(message, { code: 'ENGINE_REFUSED', retry });

describe('createLogManager in trouble', () => {
	let bench: LogManagerBench;
	beforeEach(() => {
		bench = createLogManagerBench();
	});
	afterEach(() => bench.stop(3000));
	const followed = (): number =>
		bench.engine.calls.filter(({ method }) => method === 'followLog').length;

	it('must say once that a log cannot be read, and not ask again', async () => {
		const { engine, clock, lines } = bench;
		const reason = 'configured logging driver does not support reading';
		engine.failNext('followLog', refused(reason, 'never'), 10);
		await bench.start();
		const id = await bench.run('mute');
		await bench.look();
		await clock.advance(600_000);
		engine.exitContainer('mute', 0);
		await engine.startContainer(id, never);
		bench.manager.containerStarted('mute');
		await bench.look();
		await clock.advance(600_000);
		expect(bench.messages()).to.deep.equal([`The log of service 'main' cannot be read: ${reason}`]);
		expect(lines[0]).to.include({ isSystem: true, isStdErr: true });
		expect(followed()).to.equal(1);
	});

	it('must read what comes when the engine cannot read what it has, and say so once', async () => {
		const { engine, clock } = bench;
		engine.failNext('followLog', refused('Error grabbing logs: unexpected EOF'), 5);
		await bench.start();
		await bench.run('web');
		await bench.say('web', 'lost');
		await bench.look();
		await clock.advance(600_000);
		await bench.say('web', 'new');
		const told =
			"A part of the log of service 'main' cannot be read: Error grabbing logs: unexpected EOF";
		expect(bench.messages()).to.deep.equal([told, 'new']);
	});

	it('must send what a container wrote that was started and removed before anybody looked', async () => {
		const { engine, clock } = bench;
		await bench.start();
		await bench.look();
		const id = await bench.run('flash');
		engine.writeLog('flash', 'hello');
		bench.manager.containerStarted(id);
		await clock.advance(0);
		engine.writeLog('flash', 'bye');
		await engine.removeContainer(id, never);
		await bench.look();
		expect(bench.messages()).to.deep.equal(['hello', 'bye']);
		expect(bench.manager.attachmentCount).to.equal(0);
		await bench.look();
		await clock.advance(60_000);
		expect(JSON.stringify(bench.saved)).not.to.include(id);
	});

	it('must not keep a log open for ever whose container is gone', async () => {
		const { engine, clock } = bench;
		await bench.start();
		const id = await bench.run('web');
		await bench.look();
		engine.world.containers.delete(id);
		await bench.look();
		expect(bench.manager.attachmentCount).to.equal(1);
		await clock.advance(60_000);
		expect(bench.manager.attachmentCount).to.equal(0);
	});

	it('must repeat nothing after a sudden end that came more than a moment after the last line', async () => {
		const { clock } = bench;
		await bench.start();
		await bench.run('web');
		await bench.look();
		for (const n of [1, 2, 3]) await bench.say('web', String(n));
		await clock.advance(2000);
		await bench.crash();
		await bench.say('web', '4');
		await bench.start();
		await bench.look();
		expect(bench.messages()).to.deep.equal(['1', '2', '3', '4']);
	});

	it('must repeat only the lines of the last moment after a sudden end, and lose none', async () => {
		const { clock, lines } = bench;
		await bench.start();
		await bench.run('web');
		await bench.look();
		await bench.say('web', '1');
		await clock.advance(2000);
		await bench.say('web', '2');
		await bench.crash();
		lines.length = 0;
		await bench.start();
		await bench.look();
		expect(bench.messages()).to.deep.equal(['2']);
	});

	it('must not store a cursor before the sinks have secured the lines behind it', async () => {
		const { clock } = bench;
		let secure = (): void => undefined;
		await bench.start({ secure: () => new Promise<void>((resolve) => (secure = resolve)) });
		await bench.run('web');
		await bench.look();
		await bench.say('web', 'one');
		await clock.advance(60_000);
		expect(JSON.stringify(bench.saved ?? '')).not.to.include('last');
		secure();
		await clock.advance(0);
		expect(JSON.stringify(bench.saved)).to.include('last');
	});

	it('must leave lines with the engine while a sink has no room', async () => {
		const { engine, clock, lines } = bench;
		let makeRoom = (): void => undefined;
		let isFull = true;
		const full = new Promise<void>((resolve) => (makeRoom = resolve));
		await bench.start({ room: () => (isFull ? full : undefined) });
		await bench.run('web');
		for (let n = 0; n < 1000; n++) engine.writeLog('web', String(n));
		await bench.look();
		expect(lines).to.have.length(0);
		isFull = false;
		makeRoom();
		await clock.advance(0);
		expect(bench.messages()).to.deep.equal(Array.from({ length: 1000 }, (_, n) => String(n)));
	});

	it('must read all lines that gathered while it was away', async () => {
		const { engine, clock, lines } = bench;
		await bench.start();
		await bench.run('web');
		await bench.look();
		await bench.say('web', 'first');
		await clock.advance(2000);
		await bench.crash();
		for (let n = 0; n < 5000; n++) engine.writeLog('web', String(n));
		await bench.start();
		await bench.look();
		expect(lines).to.have.length(5001);
	});

	it('must read the lines of a life that began before the last known line, as the clock ran back', async () => {
		const { engine, clock } = bench;
		await bench.start();
		const id = await bench.run('web');
		await bench.look();
		await bench.say('web', 'in the future');
		await clock.advance(2000);
		await bench.crash();
		const { logs } = engine.world.container('web');
		const container = engine.world.container('web');
		engine.exitContainer('web', 0);
		await engine.startContainer(id, never);
		Object.assign(container, { startedAt: toStamp(Date.UTC(2020, 0, 1)) });
		logs.push({ message: 'in the past', isStdErr: false, stamp: toStamp(Date.UTC(2020, 0, 1, 1)) });
		await bench.start();
		await bench.look();
		expect(bench.messages()).to.deep.equal(['in the future', 'in the past']);
	});

	it('must go on reading when the clock runs back meanwhile', async () => {
		const { engine, clock } = bench;
		await bench.start();
		await bench.run('web');
		await bench.look();
		await bench.say('web', 'one');
		await clock.advance(2000);
		await bench.crash();
		await bench.start();
		await bench.look();
		clock.jumpWall(-3_600_000_000);
		const { logs } = engine.world.container('web');
		logs.push({ message: 'two', isStdErr: false, stamp: toStamp(clock.now().getTime()) });
		await clock.advance(20_000);
		expect(bench.messages()).to.deep.equal(['one', 'two']);
	});

	it('must leave nothing on its signal, however often it saves', async () => {
		const { clock } = bench;
		await bench.start();
		await bench.run('web');
		await bench.look();
		const before = getEventListeners(bench.signal, 'abort').length;
		for (let n = 0; n < 20; n++) {
			await bench.say('web', String(n));
			await clock.advance(2000);
		}
		expect(getEventListeners(bench.signal, 'abort').length).to.equal(before);
	});
});

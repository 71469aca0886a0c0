import { expect } from 'chai';
import { createLogManagerBench, type LogManagerBench } from './testing/log-manager-bench.ts';

const never = new AbortController().signal;

describe('createLogManager', () => {
	let bench: LogManagerBench;
	beforeEach(() => {
		bench = createLogManagerBench();
	});
	afterEach(async () => {
		await bench.stop();
		expect(bench.listenerCount).to.equal(0);
		expect(bench.manager.attachmentCount).to.equal(0);
	});

	it('must send the lines of a container with the service they belong to', async () => {
		const { lines } = bench;
		await bench.start();
		await bench.run('web');
		await bench.look();
		await bench.say('web', 'hello');
		await bench.say('web', 'oh', true);
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
		const { engine, clock } = bench;
		await bench.start();
		await bench.run('job');
		await bench.say('job', 'short life');
		engine.exitContainer('job', 0);
		await bench.look();
		expect(bench.messages()).to.deep.equal(['short life']);
		await clock.advance(3000);
		expect(bench.manager.attachmentCount).to.equal(0);
		await bench.look();
		await bench.look();
		// and once more for lines that the engine gets late
		expect(engine.calls.filter(({ method }) => method === 'followLog')).to.have.length(2);
	});

	it('must send the last words of a container that the engine gets late', async () => {
		const { engine, clock } = bench;
		await bench.start();
		await bench.run('job');
		await bench.look();
		await bench.say('job', 'first');
		engine.exitContainer('job', 0);
		await bench.look();
		await bench.say('job', 'late');
		await clock.advance(3000);
		expect(bench.messages()).to.deep.equal(['first', 'late']);
	});

	it('must read a container at once that is started again soon after its end', async () => {
		const { engine } = bench;
		await bench.start();
		const id = await bench.run('job');
		await bench.look();
		engine.exitContainer('job', 0);
		await bench.look();
		await engine.startContainer(id, never);
		await bench.say('job', 'again');
		await bench.look();
		expect(bench.messages()).to.deep.equal(['again']);
	});

	it('must attach once, however often it looks', async () => {
		await bench.start();
		await bench.run('web');
		for (let i = 0; i < 5; i++) await bench.look();
		await bench.say('web', 'once');
		expect(bench.messages()).to.deep.equal(['once']);
		expect(bench.manager.attachmentCount).to.equal(1);
	});

	it('must go on after a restart of the container', async () => {
		const { engine, clock } = bench;
		await bench.start();
		const id = await bench.run('web');
		await bench.look();
		await bench.say('web', 'first life');
		engine.exitContainer('web', 1);
		await bench.look();
		await clock.advance(3000);
		expect(bench.manager.attachmentCount).to.equal(0);
		await engine.startContainer(id, never);
		await bench.say('web', 'second life');
		await bench.look();
		await bench.say('web', 'more');
		expect(bench.messages()).to.deep.equal(['first life', 'second life', 'more']);
	});

	it('must go on after a restart that nobody observed', async () => {
		const { engine, clock } = bench;
		await bench.start();
		const id = await bench.run('web');
		await bench.look();
		engine.exitContainer('web', 1);
		await engine.startContainer(id, never);
		await bench.say('web', 'back');
		await clock.advance(3000);
		expect(bench.messages()).to.deep.equal(['back']);
		expect(bench.manager.attachmentCount).to.equal(1);
	});

	it('must read a container anew that was started and has ended since it was seen', async () => {
		const { engine, clock } = bench;
		await bench.start();
		const id = await bench.run('job');
		engine.exitContainer('job', 0);
		await bench.look();
		await engine.startContainer(id, never);
		await bench.say('job', 'again');
		engine.exitContainer('job', 0);
		bench.manager.containerStarted('job');
		await clock.advance(0);
		expect(bench.messages()).to.deep.equal(['again']);
	});

	it('must neither repeat nor miss lines over its own restart', async () => {
		await bench.start();
		await bench.run('web');
		await bench.run('silent');
		await bench.look();
		await bench.say('web', 'before');
		await bench.stop();
		await bench.say('web', 'meanwhile');
		await bench.say('silent', 'at last');
		await bench.start();
		await bench.look();
		await bench.say('web', 'after');
		expect(bench.messages()).to.have.members(['before', 'meanwhile', 'at last', 'after']);
		expect([bench.messages()[0], bench.messages()[3]]).to.deep.equal(['before', 'after']);
	});

	it('must not send what a container wrote before our time', async () => {
		const { clock } = bench;
		await bench.run('web');
		await bench.say('web', 'old');
		await clock.advance(3_600_000);
		await bench.start();
		await bench.look();
		expect(bench.messages()).to.deep.equal([]);
	});

	it('must store its cursors within two seconds', async () => {
		const { clock } = bench;
		await bench.start();
		await bench.run('web');
		await bench.look();
		await bench.say('web', 'x');
		await clock.advance(2000);
		expect(JSON.stringify(bench.saved)).to.match(/"last":"2026-01-01T/);
	});

	const levels = [
		{ level: 'none', expected: [] },
		{ level: 'err', expected: ['bad'] },
		{ level: 'error', expected: ['bad'] },
		{ level: 'all', expected: ['good', 'bad'] },
	];
	for (const { level, expected } of levels) {
		it(`must heed BALENA_LOGS_LEVEL=${level}`, async () => {
			await bench.start();
			await bench.run('web', { Env: [`BALENA_LOGS_LEVEL=${level}`] });
			await bench.look();
			await bench.say('web', 'good');
			await bench.say('web', 'bad', true);
			expect(bench.messages()).to.deep.equal(expected);
		});
	}

	it('must let go of a container that is destroyed', async () => {
		const { engine, clock } = bench;
		await bench.start();
		const id = await bench.run('web');
		await bench.look();
		expect(bench.manager.attachmentCount).to.equal(1);
		await engine.removeContainer(id, never);
		await bench.look();
		expect(bench.manager.attachmentCount).to.equal(0);
		await clock.advance(60_000);
		expect(JSON.stringify(bench.saved)).not.to.include(id);
	});

	it('must read on where it was when the engine comes back', async () => {
		const { engine, clock } = bench;
		await bench.start();
		await bench.run('web');
		await bench.look();
		await bench.say('web', 'one');
		engine.goDown();
		await clock.advance(0);
		engine.world.container('web').logs.push({
			message: 'two',
			isStdErr: false,
			stamp: '2026-01-01T12:00:00.000000001Z',
		});
		engine.goUp();
		await clock.advance(1000);
		expect(bench.messages()).to.deep.equal(['one', 'two']);
	});

	it('must end soon and leave nothing open', async () => {
		await bench.start();
		await bench.run('web');
		await bench.look();
		await bench.stop();
		await bench.start();
		expect(bench.manager.attachmentCount).to.equal(1);
	});
});

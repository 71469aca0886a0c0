import { expect } from 'chai';
import { SupervisorError } from '../kit/errors.ts';
import { startLoop, type LoopBench } from './testing/loop-bench.ts';
import { appUuidOf, imageOf, targetOf, type TestApp } from './testing/target-documents.ts';

const minuteMs = 60_000;
const app = (release: number, labels: Record<string, string> = {}): TestApp => ({
	release,
	services: { db: { image: imageOf('a', 'db') }, web: { labels } },
});
const taken = new SupervisorError('port 80 of the host is already in use', { code: 'PORT_TAKEN' });

describe('reconciler with a new container that does not start', () => {
	let loop: LoopBench;
	const begin = async (labels: Record<string, string> = {}): Promise<void> => {
		loop = startLoop();
		loop.reconciler.setTarget(targetOf(app(1, labels)));
		await loop.pass(3000);
		loop.engine.calls.length = 0;
	};
	afterEach(() => loop.stop());

	/** The engine refuses to start the container of `web` of this release. */
	const refuse = (release: number, err: SupervisorError = taken): (() => void) => {
		const startContainer = loop.engine.startContainer.bind(loop.engine);
		const state = { isRefusing: true };
		loop.engine.startContainer = async (container, signal) => {
			const name = loop.engine.world.findContainer(container)?.name ?? container;
			if (state.isRefusing && name.startsWith('web') && name.includes(`_a${release}`)) {
				loop.engine.calls.push({ method: 'startContainer', subject: name });
				throw err;
			}
			await startContainer(container, signal);
		};
		return () => (state.isRefusing = false);
	};
	const states = (): string[] =>
		loop.containers().map((text) => text.replace(/_\d+_\d+_a(\d)0+/, ' $1'));
	const count = (method: string): number =>
		loop.engine.calls.filter((call) => call.method === method).length;

	it('must try again soon, then run the old one again and tell why', async () => {
		await begin();
		refuse(2);
		loop.reconciler.setTarget(targetOf(app(2)));
		await loop.pass(1000);
		expect(states()).to.deep.equal(['db 2 running', 'web 1 exited', 'web 2 created']);
		await loop.pass(2000);
		expect(states()).to.deep.equal(['db 2 running', 'web 1 running', 'web 2 created']);
		expect(loop.condition()).to.include({
			...{ phase: 'backoff', reason: taken.message, retryInMs: 5 * minuteMs, failures: 3 },
		});
		const explained = loop.board.snapshot().explanations?.[`${appUuidOf()}/web`];
		expect(explained?.state.text).to.equal(`backing off 5m after: ${taken.message}`);
		expect(explained?.lastChange?.text).to.equal(
			`started: the new container does not start: ${taken.message}`,
		);
		expect(loop.board.snapshot().currentCommits[appUuidOf()]).to.match(/^a1/);
	});

	it('must leave the old one at work between the attempts, which come ever more seldom', async () => {
		await begin();
		refuse(2);
		loop.reconciler.setTarget(targetOf(app(2)));
		await loop.pass(3000);
		const before = loop.engine.calls.length;
		await loop.pass(4 * minuteMs);
		expect(loop.engine.calls.length).to.equal(before);
		const stops = count('stopContainer');
		await loop.pass(60 * minuteMs);
		expect(count('stopContainer') - stops).to.be.within(3, 13);
		expect(states()).to.deep.equal(['db 2 running', 'web 1 running', 'web 2 created']);
		expect([...loop.locks.held]).to.deep.equal([]);
	});

	it('must switch over once the new one starts', async () => {
		await begin();
		const allow = refuse(2);
		loop.reconciler.setTarget(targetOf(app(2)));
		await loop.pass(3000);
		allow();
		await loop.pass(6 * minuteMs);
		expect(states()).to.deep.equal(['db 2 running', 'web 2 running']);
		expect(loop.condition()).to.include({ phase: 'settled', failures: 0 });
	});

	it('must apply another release at once', async () => {
		await begin();
		refuse(2);
		loop.reconciler.setTarget(targetOf(app(2)));
		await loop.pass(3000);
		loop.reconciler.setTarget(targetOf(app(3)));
		await loop.pass(2000);
		expect(states()).to.deep.equal(['db 3 running', 'web 3 running']);
	});

	it('must try again at once when somebody asks', async () => {
		await begin();
		const allow = refuse(2);
		loop.reconciler.setTarget(targetOf(app(2)));
		await loop.pass(3000);
		allow();
		loop.reconciler.retryNow({ force: false });
		await loop.pass(2000);
		expect(states()).to.deep.equal(['db 2 running', 'web 2 running']);
	});

	it('must let other apps go on', async () => {
		await begin();
		refuse(2);
		const other: TestApp = { letter: 'b', services: { hub: {} } };
		loop.reconciler.setTarget(targetOf(app(2), other));
		await loop.pass(3000);
		expect(loop.condition('b')).to.have.property('phase', 'settled');
	});

	it('must fall back at once from what is made for another architecture, and not try in a tight loop', async () => {
		await begin();
		const code = 'IMAGE_WRONG_ARCHITECTURE';
		refuse(2, new SupervisorError('image web:2 is made for another architecture', { code }));
		loop.reconciler.setTarget(targetOf(app(2)));
		await loop.pass(3000);
		expect(states()).to.deep.equal(['db 2 running', 'web 1 running', 'web 2 created']);
		expect(count('startContainer')).to.equal(2);
		expect(loop.condition()?.reason).to.include('another architecture');
		await loop.pass(60 * minuteMs);
		expect(count('startContainer')).to.equal(2);
	});

	it('must keep the old one also when the engine says that the new one ended, not that it never began', async () => {
		await begin();
		refuse(2, new SupervisorError('exec format error', { code: 'IMAGE_WRONG_ARCHITECTURE' }));
		loop.reconciler.setTarget(targetOf(app(2)));
		await loop.pass(3000);
		for (const one of loop.engine.world.containers.values()) {
			if (one.state === 'created') Object.assign(one, { state: 'exited', exitCode: 1 });
		}
		await loop.pass(20 * minuteMs);
		expect(states()).to.deep.equal(['db 2 running', 'web 1 running', 'web 2 exited']);
		expect(loop.condition()?.phase).to.equal('backoff');
	});

	it('must not have other services of the app wait as long as that', async () => {
		await begin();
		const code = 'IMAGE_WRONG_ARCHITECTURE';
		refuse(2, new SupervisorError('image web:2 is made for another architecture', { code }));
		const lost = new SupervisorError('network is down', { code: 'ENGINE_REFUSED' });
		loop.engine.failNext('createContainer', lost, 1);
		const target = app(2);
		loop.reconciler.setTarget(
			targetOf({
				...target,
				services: { aside: { image: imageOf('a', 'db') }, ...target.services },
			}),
		);
		await loop.pass(10_000);
		expect(states()).to.include('aside 2 running').and.include('web 1 running');
	});

	it('must try again soon while the old one does not start either', async () => {
		await begin();
		const allow = [refuse(2), refuse(1)];
		loop.reconciler.setTarget(targetOf(app(2)));
		await loop.pass(10_000);
		expect(states()).to.deep.equal(['db 2 running', 'web 1 exited', 'web 2 created']);
		for (const one of allow) one();
		await loop.pass(20_000);
		expect(states()).to.deep.equal(['db 2 running', 'web 2 running']);
	});

	it('must go on trying where nothing is left to fall back to', async () => {
		await begin({ 'io.balena.update.strategy': 'kill-then-download' });
		const allow = refuse(2);
		loop.reconciler.setTarget(
			targetOf(app(2, { 'io.balena.update.strategy': 'kill-then-download' })),
		);
		await loop.pass(5000);
		expect(states()).to.deep.equal(['db 2 running', 'web 2 created']);
		expect(loop.condition()).to.include({ phase: 'backoff', reason: taken.message });
		allow();
		await loop.pass(minuteMs);
		expect(states()).to.deep.equal(['db 2 running', 'web 2 running']);
	});

	it('must leave a hand-over to its old container, which runs all the while', async () => {
		await begin({ 'io.balena.update.strategy': 'hand-over' });
		refuse(2);
		loop.reconciler.setTarget(targetOf(app(2, { 'io.balena.update.strategy': 'hand-over' })));
		await loop.pass(30_000);
		expect(states().filter((text) => text.endsWith('running'))).to.have.lengthOf(2);
		expect(count('stopContainer')).to.equal(0);
	});

	it('must start the old container of a hand-over again when it ends meanwhile', async () => {
		await begin({ 'io.balena.update.strategy': 'hand-over' });
		refuse(2);
		loop.reconciler.setTarget(targetOf(app(2, { 'io.balena.update.strategy': 'hand-over' })));
		await loop.pass(3000);
		const old = [...loop.engine.world.containers.values()].find(({ name }) =>
			/web.*_a1/.test(name),
		);
		loop.engine.exitContainer(old?.id ?? '', 1);
		await loop.pass(30_000);
		expect(states().filter((text) => text.endsWith('running'))).to.have.lengthOf(2);
		loop.reconciler.setTarget(targetOf(app(3)));
		await loop.pass(5000);
		expect(states()).to.deep.equal(['db 3 running', 'web 3 running']);
	});

	it('must not start again what a person stops', async () => {
		await begin();
		refuse(2);
		loop.reconciler.setTarget(targetOf(app(2)));
		await loop.pass(3000);
		const stop = [{ kind: 'stop', serviceName: 'web' }] as const;
		void loop.reconciler.request(appUuidOf(), stop, { force: false }).catch(() => undefined);
		await loop.pass(20 * minuteMs);
		expect(
			states().filter((text) => text.startsWith('web') && text.endsWith('running')),
		).to.deep.equal([]);
	});
});

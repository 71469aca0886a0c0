import { expect } from 'chai';
import type { Intent } from '../model/plan.ts';
import type { TargetState } from '../model/target.ts';
import { startLoop, type LoopBench } from './testing/loop-bench.ts';
import { appIdOf, appUuidOf, targetOf, type TestApp } from './testing/target-documents.ts';

const sameImages = { web: { image: 'registry.test/web:1' }, job: { image: 'registry.test/job:1' } };
const app: TestApp = { services: sameImages };
const gentle = { force: false };

describe('a service that a person stopped', () => {
	let loop: LoopBench;
	beforeEach(async () => {
		loop = startLoop();
		loop.reconciler.setTarget(targetOf(app));
		await loop.pass(3000);
		await ask({ kind: 'stop', serviceName: 'web' });
	});
	afterEach(() => loop.stop());

	const ask = async (...intents: Intent[]): Promise<void> => {
		const asked = loop.reconciler.request(appUuidOf(), intents, gentle);
		await loop.pass();
		await asked;
	};
	/** The service ends by itself. */
	const end = async (serviceName: string): Promise<void> => {
		for (const one of loop.engine.world.containers.values()) {
			if (one.name.startsWith(`${serviceName}_`)) one.state = 'exited';
		}
		await loop.pass();
	};
	/** The supervisor ends and another one starts. */
	const restart = async (target = app): Promise<void> => {
		await loop.stop();
		loop = startLoop(loop);
		loop.reconciler.setTarget(targetOf(target));
		await loop.pass(3000);
	};

	const withoutRunning = (name: string, target: TargetState): TargetState => ({
		...target,
		apps: target.apps.map(({ release, ...rest }) => ({
			...rest,
			release: release && {
				...release,
				services: release.services.map((service) => ({
					...service,
					running: service.serviceName !== name,
				})),
			},
		})),
	});

	it('must stay stopped, whatever else happens', async () => {
		loop.reconciler.setTarget(targetOf(app, { letter: 'b', services: { x: {} } }));
		loop.reconciler.retryNow({ force: true });
		await loop.pass(3_600_000);
		expect(loop.states()).to.include('web exited');
	});

	it('must start again with the next target of its app', async () => {
		loop.reconciler.setTarget(targetOf({ ...app, release: 2 }));
		await loop.pass(3000);
		expect(loop.states()).to.deep.equal(['job running', 'web running']);
	});

	it('must start again when the supervisor starts', async () => {
		await restart();
		expect(loop.states()).to.deep.equal(['job running', 'web running']);
	});

	it('must start once when the supervisor starts, though it ends before anybody sees it run', async () => {
		const { engine } = loop;
		const start = engine.startContainer.bind(engine);
		let starts = 0;
		engine.startContainer = async (container, signal) => {
			await start(container, signal);
			engine.exitContainer(container, 0);
			starts += 1;
		};
		await restart();
		await loop.pass(60_000);
		expect([starts, ...loop.states()]).to.deep.equal([1, 'job running', 'web exited']);
		expect(loop.condition()).to.have.property('phase', 'settled');
	});

	it('must start again when the app is restarted', async () => {
		const containerIds = [...loop.engine.world.containers.values()].map(({ id }) => id);
		await ask({ kind: 'replace', containerIds });
		await loop.pass(3000);
		expect(loop.states()).to.deep.equal(['job running', 'web running']);
	});

	it('must stay stopped when the new target says so', async () => {
		loop.reconciler.setTarget(withoutRunning('web', targetOf({ ...app, release: 2 })));
		await loop.pass(3000);
		expect(loop.states()).to.deep.equal(['job running', 'web exited']);
	});

	it('must be told from one that ended by itself', async () => {
		await end('job');
		await restart({ ...app, release: 2 });
		expect(loop.states()).to.deep.equal(['job exited', 'web running']);
	});

	it('must be forgotten once it was started, and may end by itself then', async () => {
		await ask({ kind: 'start', serviceName: 'web' });
		await end('web');
		await restart();
		expect(loop.states()).to.deep.equal(['job running', 'web exited']);
	});

	it('must be stopped again after a start when a person asks again', async () => {
		await restart();
		await ask({ kind: 'stop', serviceName: 'web' });
		await loop.pass(60_000);
		expect(loop.states()).to.deep.equal(['job running', 'web exited']);
	});

	it('must not count as stopped when a lock kept it running', async () => {
		await ask({ kind: 'start', serviceName: 'web' });
		loop.locks.byUsers.add(`${appIdOf()}/web`);
		const refused = loop.reconciler.request(
			appUuidOf(),
			[{ kind: 'stop', serviceName: 'web' }],
			gentle,
		);
		await Promise.all([refused.catch(() => undefined), loop.pass()]);
		await end('web');
		await restart();
		expect(loop.states()).to.deep.equal(['job running', 'web exited']);
	});
});

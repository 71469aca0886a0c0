import { expect } from 'chai';
import { SupervisorError } from '../../kit/errors.ts';
import { containerEngineContract } from './container-engine-contract.ts';
import { all, expectCode, never } from './contract/expecting.ts';
import { sleeperSpec, type EngineUnderTest } from './engine-under-test.ts';
import { createFakeEngine, type FakeEngine } from './fake-engine.ts';

const image = 'busybox:stable';

function underTest(engine: FakeEngine): EngineUnderTest {
	engine.addImage(image);
	engine.unpublish('registry.test/missing:1');
	return {
		engine,
		image,
		pullableImage: 'registry.test/app:1',
		missingImage: 'registry.test/missing:1',
		kill(container) {
			engine.exitContainer(container, 137);
			return Promise.resolve();
		},
		say(container, message) {
			engine.writeLog(container, message);
			return Promise.resolve();
		},
	};
}

describe('fake engine', () => {
	let engine: FakeEngine;
	let under: EngineUnderTest;

	beforeEach(() => {
		engine = createFakeEngine();
		under = underTest(engine);
	});

	containerEngineContract(() => under);

	it('must refuse as many calls as asked, and record them', async () => {
		engine.failNext('ping', new SupervisorError('no', { code: 'ENGINE_REFUSED' }), 2);
		await expectCode(engine.ping(never), 'ENGINE_REFUSED');
		await expectCode(engine.ping(never), 'ENGINE_REFUSED');
		await engine.ping(never);
		expect(engine.calls.map(({ method }) => method)).to.deep.equal(['ping', 'ping', 'ping']);
	});

	it('must hold a call until it is let go', async () => {
		const release = engine.hold('pullImage');
		let done = false;
		const pull = engine.pullImage('a:1', { signal: never }).then(() => (done = true));
		await new Promise((resolve) => setImmediate(resolve));
		expect(done).to.equal(false);
		release();
		await pull;
		expect(engine.changes()).to.deep.equal(['pullImage a:1']);
	});

	it('must break its streams and refuse every call when down, and keep its containers', async () => {
		const name = 'web';
		await engine.createContainer(sleeperSpec(name, image), never);
		await engine.startContainer(name, never);
		const events = all(engine.events(never, () => engine.goDown()));
		await expectCode(events, 'ENGINE_UNAVAILABLE');
		await expectCode(engine.listContainers(never), 'ENGINE_UNAVAILABLE');
		engine.goUp();
		const [seen] = await engine.listContainers(never);
		expect(seen).to.include({ name, state: 'running' });
	});
});

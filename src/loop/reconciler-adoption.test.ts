import { expect } from 'chai';
import { labelNames } from '../model/labels.ts';
import { startLoop, type LoopBench } from './testing/loop-bench.ts';
import { targetOf, type TestApp } from './testing/target-documents.ts';

const app: TestApp = { services: { web: {}, db: {} } };
const changed: TestApp = { services: { web: { environment: { MODE: 'field' } }, db: {} } };

describe('a container that another supervisor made', () => {
	let loop: LoopBench;
	beforeEach(async () => {
		loop = startLoop();
		loop.reconciler.setTarget(targetOf(app));
		await loop.pass(3000);
		await loop.stop();
		for (const [id, container] of loop.engine.world.containers) {
			const { [labelNames.configDigest]: _, ...Labels } = container.spec.config.Labels;
			const spec = { ...container.spec, config: { ...container.spec.config, Labels } };
			loop.engine.world.containers.set(id, { ...container, spec });
		}
		loop.engine.calls.length = 0;
		await restart(app);
	});
	afterEach(() => loop.stop());

	/** A supervisor starts, and has this target. */
	const restart = async (target: TestApp): Promise<void> => {
		loop = startLoop(loop);
		loop.reconciler.setTarget(targetOf(target));
		await loop.pass(3000);
	};
	const made = (): string[] =>
		loop.engine.changes().filter((change) => change.startsWith('createContainer'));

	it('must be adopted as it is', () => {
		expect(loop.engine.changes()).to.deep.equal([]);
	});

	it('must be replaced when its configuration changes within its release', async () => {
		loop.reconciler.setTarget(targetOf(changed));
		await loop.pass(3000);
		expect(made().join()).to.match(/^createContainer web_\w+$/);
	});

	it('must be replaced also when the supervisor was down as that happened', async () => {
		await loop.stop();
		await restart(changed);
		expect(made().join()).to.match(/^createContainer web_\w+$/);
	});

	it('must be remembered only as long as it is there', async () => {
		const remembered = await loop.store.getSetting('adoptedContainers');
		expect(Object.keys(remembered as object)).to.have.length(2);
		loop.reconciler.setTarget(targetOf({ ...app, services: { web: {} } }));
		await loop.pass(3000);
		const left = await loop.store.getSetting('adoptedContainers');
		expect(Object.keys(left as object)).to.have.length(1);
	});
});

import { expect } from 'chai';
import { startSettled, type LoopBench } from './testing/loop-bench.ts';
import { appUuidOf, imageOf, targetOf, type TestApp } from './testing/target-documents.ts';

const app: TestApp = {
	services: { web: { composition: { volumes: ['data:/data'] } } },
	volumes: { data: {} },
};

describe('a purge', () => {
	let loop: LoopBench;
	beforeEach(async () => {
		loop = await startSettled(app);
	});
	afterEach(() => loop.stop());

	const changes = (kind: string): string[] =>
		loop.engine.changes().filter((change) => change.startsWith(`${kind} `));
	const purge = (): Promise<string> =>
		loop.fateOf(loop.reconciler.request(appUuidOf(), [{ kind: 'purge' }], { force: false }), 1500);

	it('must keep the images', async () => {
		expect(await purge()).to.equal('met');
		await loop.pass(3000);
		expect(changes('removeVolume')).to.have.length(1);
		expect(changes('removeImage')).to.deep.equal([]);
		expect(changes('pullImage')).to.have.length(1);
		expect(loop.containers()).to.have.length(1);
	});

	it('must not wait for an update that is still downloading', async () => {
		const goOn = loop.engine.hold('pullImage');
		const extra = { image: imageOf('a', 'extra') };
		loop.reconciler.setTarget(targetOf({ ...app, services: { ...app.services, extra } }));
		await loop.pass(1000);
		expect(await purge()).to.equal('met');
		expect(changes('removeVolume')).to.have.length(1);
		goOn();
		await loop.pass(3000);
		expect(loop.containers().join()).to.match(/extra.* running/);
		expect(loop.condition()).to.have.property('phase', 'settled');
	});

	it('must say which volume could not be removed, and remove it when asked again', async () => {
		loop.engine.failNext('removeVolume', new Error('the volume is in use'), 1);
		expect(await purge()).to.include('the volume is in use');
		expect(await purge()).to.equal('met');
		expect(changes('removeVolume')).to.have.length(2);
	});
});

import { expect } from 'chai';
import { labelNames } from '../model/labels.ts';
import type { Intent } from '../model/plan.ts';
import { startLoop, type LoopBench } from './testing/loop-bench.ts';
import { appUuidOf, imageOf, targetOf, type TestApp } from './testing/target-documents.ts';

const two: TestApp = { services: { web: {}, worker: {} } };

describe('reconciler in the middle of an update', () => {
	let loop: LoopBench;
	beforeEach(async () => {
		loop = startLoop();
		loop.reconciler.setTarget(targetOf(two));
		await loop.pass(3000);
	});
	afterEach(() => loop.stop());

	const idsOf = (serviceName: string): string[] =>
		[...loop.engine.world.containers.values()]
			.filter(({ spec }) => spec.config.Labels[labelNames.serviceName] === serviceName)
			.map(({ id }) => id);
	const states = (): string[] => loop.containers().map((text) => text.replace(/_\S+/, ''));
	/** Asks, lets time pass, and returns the fate. */
	const ask = async (intent: Intent): Promise<string> => {
		let fate = 'pending';
		void loop.reconciler.request(appUuidOf(), [intent], { force: false }).then(
			() => (fate = 'met'),
			(err: unknown) => (fate = String(err)),
		);
		await loop.pass(1500);
		return fate;
	};

	it('must stop and restart services for people while images are pulled', async () => {
		const goOn = loop.engine.hold('pullImage');
		const services = { ...two.services, extra: { image: imageOf('a', 'extra') } };
		loop.reconciler.setTarget(targetOf({ services }));
		await loop.pass(1000);
		const [before] = idsOf('worker');
		expect(await ask({ kind: 'stop', serviceName: 'web' })).to.equal('met');
		expect(await ask({ kind: 'replace', containerIds: idsOf('worker') })).to.equal('met');
		expect(idsOf('worker')).not.to.include(before);
		expect(states()).to.deep.equal(['web exited', 'worker running']);
		expect([...loop.locks.held]).to.deep.equal([]);
		goOn();
		await loop.pass(2000);
		expect(states()).to.include('extra running');
	});
});

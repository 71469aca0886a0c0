import { expect } from 'chai';
import { startSettled, type LoopBench } from './testing/loop-bench.ts';
import type { TestApp } from './testing/target-documents.ts';

const app: TestApp = { services: { web: {}, job: {} } };
const tooEarly =
	'driver failed programming external connectivity on endpoint web: Error starting userland proxy: ' +
	'listen tcp 10.9.8.7:80: bind: cannot assign requested address';

describe('a container that the engine could not start', () => {
	let loop: LoopBench;
	beforeEach(async () => {
		loop = await startSettled(app);
	});
	afterEach(() => loop.stop());

	/** The service does not run after the engine came up. */
	const down = async (serviceName: string, startError?: string): Promise<void> => {
		for (const one of loop.engine.world.containers.values()) {
			if (!one.name.startsWith(`${serviceName}_`)) continue;
			loop.engine.exitContainer(one.id, 0);
			one.startError = startError;
		}
		await loop.pass(3000);
	};
	const inspections = (): number =>
		loop.engine.calls.filter(({ method }) => method === 'inspectContainer').length;

	it('must be started when the address of its ports was missing', async () => {
		await down('web', tooEarly);
		expect(loop.states()).to.deep.equal(['job running', 'web running']);
	});

	it('must be left when it failed for another reason, or ended by itself', async () => {
		await down('web', 'no such device');
		await down('job');
		expect(loop.states()).to.deep.equal(['job exited', 'web exited']);
	});

	it('must be asked about once', async () => {
		await down('job');
		const before = inspections();
		loop.reconciler.retryNow({ force: false });
		await loop.pass(3_600_000);
		expect(inspections()).to.equal(before);
	});

	it('must be asked about again once it ran', async () => {
		await down('web');
		const id = [...loop.engine.world.containers.values()].find(({ name }) => /^web/.test(name))?.id;
		await loop.engine.startContainer(id ?? '', new AbortController().signal);
		await loop.pass(3000);
		await down('web', tooEarly);
		expect(loop.states()).to.deep.equal(['job running', 'web running']);
	});
});

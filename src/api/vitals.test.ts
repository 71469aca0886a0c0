import { expect } from 'chai';
import { createFakeClock } from '../kit/testing/fake-clock.ts';
import type { ObservedContainer } from '../model/observed.ts';
import type { ContainerDetails, ContainerUsage } from '../ports/container-engine.ts';
import { createVitals, type VitalsDeps } from './vitals.ts';

const containerOf = (
	containerId: string,
	state: ObservedContainer['state'],
): ObservedContainer => ({
	containerId,
	state,
	...{ name: containerId, createdAtSec: 0, engineImageId: '', imageReference: '' },
	...{ labels: {}, networks: [], volumes: [], networkMode: 'bridge' },
});

const details: ContainerDetails = {
	...{ containerId: 'a', name: 'a', tty: false, env: [], engineImageId: '', imageReference: '' },
	...{ running: true, exitCode: 0, startedAt: '2026-01-01T00:00:00Z', restartCount: 3, labels: {} },
};

function stage(containers: readonly ObservedContainer[]) {
	const clock = createFakeClock();
	const calls: string[] = [];
	const usage: ContainerUsage = { memoryBytes: 1000, cpuMs: 500 };
	const answers = { usage: (): Promise<ContainerUsage> => Promise.resolve(usage) };
	const engine: VitalsDeps['engine'] = {
		inspectContainer: (id) => {
			calls.push(`inspect ${id}`);
			return Promise.resolve({ ...details, running: id === 'a' });
		},
		containerUsage: (id) => {
			calls.push(`usage ${id}`);
			return answers.usage();
		},
	};
	return {
		clock,
		calls,
		answers,
		vitals: createVitals({ engine, clock, containers: () => containers }),
	};
}

describe('createVitals', () => {
	it('must read the usage of running containers, and the restarts of all', async () => {
		const { vitals, calls } = stage([containerOf('a', 'running'), containerOf('b', 'exited')]);
		const signs = await vitals.read();
		expect(Object.fromEntries(signs)).to.deep.equal({
			a: { restarts: 3, startedAt: details.startedAt, memoryBytes: 1000, cpuMs: 500 },
			b: { restarts: 3 },
		});
		expect(calls.sort()).to.deep.equal(['inspect a', 'inspect b', 'usage a']);
	});

	it('must read once for all who ask at once, and not again for two seconds', async () => {
		const { vitals, calls, clock } = stage([containerOf('a', 'running')]);
		await Promise.all([vitals.read(), vitals.read()]);
		await clock.advance(1_999);
		await vitals.read();
		expect(calls).to.have.length(2);
		await clock.advance(1);
		await vitals.read();
		await clock.advance(0);
		expect(calls).to.deep.equal(['inspect a', 'usage a', 'usage a']);
	});

	it('must tell the share of a core since the reading before', async () => {
		const { vitals, answers, clock } = stage([containerOf('a', 'running')]);
		expect((await vitals.read()).get('a')).not.to.have.property('cpuPercent');
		await clock.advance(10_000);
		answers.usage = () => Promise.resolve({ memoryBytes: 1000, cpuMs: 1_500 });
		expect((await vitals.read()).get('a')).to.have.property('cpuPercent', 10);
		await clock.advance(10_000);
		answers.usage = () => Promise.resolve({ memoryBytes: 1000, cpuMs: 10 });
		expect((await vitals.read()).get('a')).not.to.have.property('cpuPercent');
	});

	it('must give a reading of the last ten seconds at once, and begin a new one', async () => {
		const { vitals, answers, clock } = stage([containerOf('a', 'running')]);
		const first = await vitals.read();
		await clock.advance(9_999);
		answers.usage = () => Promise.resolve({ memoryBytes: 2000, cpuMs: 600 });
		expect(await vitals.read()).to.equal(first);
		await clock.advance(0);
		expect((await vitals.read()).get('a')).to.have.property('memoryBytes', 2000);
	});

	it('must answer without an engine that takes its time', async () => {
		const { vitals, answers, clock } = stage([containerOf('a', 'running')]);
		const first = await vitals.read();
		await clock.advance(20_000);
		answers.usage = () => new Promise(() => undefined);
		expect(await vitals.read()).to.equal(first);
	});

	it('must wait for one reading no longer than a second, however many ask', async () => {
		const { vitals, answers, calls, clock } = stage([containerOf('a', 'running')]);
		answers.usage = () => new Promise(() => undefined);
		void vitals.read();
		await clock.advance(1_000);
		expect((await vitals.read()).size).to.equal(0);
		expect(calls).to.deep.equal(['inspect a', 'usage a']);
	});

	it('must leave out what the engine does not tell', async () => {
		const { vitals, answers } = stage([containerOf('a', 'running')]);
		answers.usage = () => Promise.reject(new Error('No such container'));
		expect((await vitals.read()).size).to.equal(0);
	});
});

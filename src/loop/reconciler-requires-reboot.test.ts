import { expect } from 'chai';
import type { TargetState } from '../model/target.ts';
import { startLoop, type LoopBench } from './testing/loop-bench.ts';
import { appIdOf, appUuidOf, targetOf, type TestApp } from './testing/target-documents.ts';

const label = { 'io.balena.update.requires-reboot': '1' };
const app: TestApp = { services: { web: {}, worker: { image: 'registry.test/worker:1' } } };

/** The service `web` requires a reboot. */
const labelled = (release = 1): TargetState => {
	const target = targetOf({ ...app, release });
	return {
		...target,
		apps: target.apps.map(({ release: own, ...rest }) => ({
			...rest,
			release: own && {
				...own,
				services: own.services.map((service) =>
					service.serviceName === 'web' ? { ...service, labels: label } : service,
				),
			},
		})),
	};
};

describe('a service that requires a reboot', () => {
	let loop: LoopBench;
	beforeEach(() => {
		loop = startLoop();
	});
	afterEach(() => loop.stop());

	const boot = async (target: TargetState): Promise<void> => {
		await loop.stop();
		loop.rebootMark.due = undefined;
		loop.locks.held.clear();
		loop.power.told.length = 0;
		loop = startLoop(loop);
		loop.reconciler.setTarget(target);
		await loop.pass(5000);
	};

	it('must be made, wait for the reboot that follows, and start after it', async () => {
		loop.reconciler.setTarget(labelled());
		await loop.pass(5000);
		expect(loop.states()).to.deep.equal(['web created', 'worker running']);
		expect(loop.power.told).to.deep.equal(['reboot']);
		expect(loop.board.snapshot().currentCommits).to.deep.equal({});
		await boot(labelled());
		expect(loop.states()).to.deep.equal(['web running', 'worker running']);
		expect(loop.power.told).to.deep.equal([]);
		expect(loop.condition()).to.have.property('phase', 'settled');
		expect(Object.keys(loop.board.snapshot().currentCommits)).to.have.length(1);
	});

	it('must say what it waits for while a lock prevents the reboot', async () => {
		loop.reconciler.setTarget(labelled());
		loop.locks.byUsers.add(`${appIdOf()}/worker`);
		await loop.pass(5000);
		expect(loop.condition()).to.include({ phase: 'waiting', reason: 'for a reboot to start web' });
		expect(loop.states()).to.deep.equal(['web created', 'worker running']);
		await loop.pass(3_600_000);
		expect(loop.power.told).to.deep.equal([]);
		loop.locks.byUsers.clear();
		await loop.pass(900_000);
		expect(loop.power.told[0]).to.equal('reboot');
	});

	it('must wait through a restart of the supervisor', async () => {
		loop.power.isRefusing = true;
		loop.reconciler.setTarget(labelled());
		await loop.pass(5000);
		await loop.stop();
		loop = startLoop(loop);
		loop.reconciler.setTarget(labelled());
		await loop.pass(5000);
		expect(loop.states()).to.deep.equal(['web created', 'worker running']);
	});

	it('must be replaced by an update and start after the reboot', async () => {
		loop.reconciler.setTarget(labelled());
		await loop.pass(5000);
		await boot(labelled());
		loop.reconciler.setTarget(labelled(2));
		await loop.pass(5000);
		expect(loop.states()).to.deep.equal(['web created', 'worker running']);
		expect(loop.power.told).to.deep.equal(['reboot']);
		await boot(labelled(2));
		expect(loop.states()).to.deep.equal(['web running', 'worker running']);
	});

	it('must not have a reboot follow while its update is locked', async () => {
		loop.reconciler.setTarget(labelled());
		await loop.pass(5000);
		await boot(labelled());
		loop.locks.byUsers.add(`${appIdOf()}/web`);
		loop.reconciler.setTarget(labelled(2));
		await loop.pass(60_000);
		expect(loop.rebootMark.due).to.equal(undefined);
		expect(loop.states().sort()).to.deep.equal(['web running', 'worker running']);
	});

	it('must answer a person who restarts it without a reboot', async () => {
		loop.reconciler.setTarget(labelled());
		await loop.pass(5000);
		await boot(labelled());
		const containerIds = [...loop.engine.world.containers.values()].map(({ id }) => id);
		const asked = loop.reconciler.request(appUuidOf(), [{ kind: 'replace', containerIds }], {
			force: false,
		});
		await loop.pass(3000);
		await asked;
		expect(loop.states()).to.deep.equal(['web running', 'worker running']);
		expect(loop.power.told).to.deep.equal([]);
	});

	it('must stop to reboot when its container never comes to stay', async () => {
		for (let time = 0; time < 6; time += 1) {
			loop.reconciler.setTarget(labelled());
			await loop.pass(5000);
			loop.engine.world.containers.clear(); // somebody removes it before each boot
			await boot(labelled());
		}
		expect(loop.announced.at(-1)).to.include('Not rebooting: 3 reboots in a row did not help');
		expect(loop.power.told).to.deep.equal([]);
	});
});

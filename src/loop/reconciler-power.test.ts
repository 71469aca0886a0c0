import { expect } from 'chai';
import { SupervisorError } from '../kit/errors.ts';
import type { PowerOrder } from '../ports/host.ts';
import { startLoop, startSettled, type LoopBench } from './testing/loop-bench.ts';
import { appIdOf, appUuidOf, targetOf, type TestApp } from './testing/target-documents.ts';

const web: TestApp = { services: { web: {} } };
const other: TestApp = { letter: 'b', services: { hub: {} } };
const gentle = { force: false };
const forced = { force: true };

describe('reconciler told to take the device down', () => {
	let loop: LoopBench;
	beforeEach(async () => {
		loop = await startSettled(web, other);
	});
	afterEach(() => loop.stop());

	/** Gives the order, lets time pass, and returns the fate. */
	const order = (kind: PowerOrder, options = gentle, ms = 100): Promise<string> =>
		loop.fateOf(loop.reconciler.goDown(kind, options), ms);
	const heldLocks = (): string[] => [...loop.locks.held].sort();
	const allLocks = [`${appIdOf('a')}/web`, `${appIdOf('b')}/hub`];

	for (const [kind, saying] of [
		['reboot', 'Rebooting'],
		['shutdown', 'Shutting down'],
	] as const) {
		it(`must take all locks, say so, and go down a second later: ${kind}`, async () => {
			expect(await order(kind)).to.equal('met');
			expect(heldLocks()).to.deep.equal(allLocks);
			expect(loop.announced).to.deep.equal([saying]);
			expect(loop.power.told).to.deep.equal([]);
			await loop.pass(1000);
			expect(loop.power.told).to.deep.equal([kind]);
			expect(heldLocks()).to.deep.equal(allLocks);
		});
	}

	it('must begin nothing any more once the order is taken', async () => {
		await order('reboot');
		loop.reconciler.setTarget(targetOf({ ...web, release: 2 }, other));
		const before = loop.engine.changes().length;
		await loop.pass(60_000);
		expect(loop.engine.changes()).to.have.length(before);
	});

	it('must refuse while a user holds a lock in any app, and keep none', async () => {
		loop.locks.byUsers.add(`${appIdOf('b')}/hub`);
		expect(await order('reboot')).to.equal(
			`Lockfile exists for { appId: ${appIdOf('b')}, service: hub }`,
		);
		expect(heldLocks()).to.deep.equal([]);
		expect(await order('reboot', forced)).to.equal('met');
	});

	it('must go ahead under the override', async () => {
		loop.locks.byUsers.add(`${appIdOf('b')}/hub`);
		loop.device.overrideLocks = true;
		expect(await order('reboot')).to.equal('met');
	});

	it('must not ask for the lock of a service that does not run', async () => {
		loop.locks.byUsers.add(`${appIdOf('b')}/hub`);
		const stop = { kind: 'stop', serviceName: 'hub' } as const;
		await Promise.all([loop.reconciler.request(appUuidOf('b'), [stop], forced), loop.pass()]);
		loop.locks.byUsers.add(`${appIdOf('b')}/hub`);
		expect(await order('reboot')).to.equal('met');
	});

	it('must wait for an update of the operating system, unless forced', async () => {
		loop.power.isUpdating = true;
		expect(await order('reboot')).to.equal('Waiting for Host OS update to finish');
		expect(await order('reboot', forced)).to.equal('met');
	});

	it('must say at once that the host takes no orders, and change nothing', async () => {
		loop.power.isRefusing = true;
		expect(await order('reboot')).to.equal('The host cannot reboot');
		expect(heldLocks()).to.deep.equal([]);
		expect(loop.announced).to.deep.equal([]);
	});

	it('must go on with its work when the host changes its mind', async () => {
		await order('reboot');
		loop.power.isRefusing = true;
		loop.reconciler.setTarget(targetOf({ ...web, release: 2 }, other));
		await loop.pass(5000);
		expect(loop.announced).to.include('Rebooting failed: The host cannot reboot');
		expect(loop.condition()).to.have.property('phase', 'settled');
		expect(heldLocks()).to.deep.equal([]);
	});

	it('must go on with its work when the host is still there after ten minutes', async () => {
		await order('reboot');
		await loop.pass(2000);
		await loop.clock.advance(600_000);
		await loop.pass(2000);
		expect(loop.announced.at(-1)).to.include('still there after 10 minutes');
		expect(heldLocks()).to.deep.equal([]);
		expect(await order('reboot')).to.equal('met');
	});

	it('must wait up to ten seconds for an update that holds the locks', async () => {
		const release = loop.engine.hold('stopContainer');
		loop.reconciler.setTarget(targetOf({ ...web, release: 2 }, other));
		await loop.pass(1000);
		const refused = order('reboot', gentle, 11_000);
		expect(await refused).to.equal(
			`Locks for app ${appIdOf()} are being held by another supervisor operation`,
		);
		const taken = order('reboot', gentle, 5000);
		release();
		expect(await taken).to.equal('met');
	});

	it('must be on its way down only once', async () => {
		await order('reboot');
		expect(await order('shutdown')).to.equal('met');
		await loop.pass(3000);
		expect(loop.power.told).to.deep.equal(['reboot']);
	});
});

describe('reconciler that finds a reboot due', () => {
	let loop: LoopBench;
	beforeEach(() => {
		loop = startLoop();
	});
	afterEach(() => loop.stop());

	/** The host boots: the world stays, the breadcrumb and the locks are gone. */
	const boot = async (): Promise<void> => {
		await loop.stop();
		loop.rebootMark.due = undefined;
		loop.locks.held.clear();
		loop.power.told.length = 0;
		loop = startLoop(loop);
	};
	/** A whole life in which something asks for a reboot. */
	const life = async (app = web): Promise<readonly PowerOrder[]> => {
		await loop.rebootMark.add({ reason: 'the boot configuration changed' });
		loop.reconciler.setTarget(targetOf(app));
		await loop.pass(5000);
		return [...loop.power.told];
	};

	it('must reboot when the rest is settled, and not before', async () => {
		const release = loop.engine.hold('pullImage');
		expect(await life()).to.deep.equal([]);
		release();
		await loop.pass(5000);
		expect(loop.power.told).to.deep.equal(['reboot']);
		expect(loop.announced).to.deep.equal(['Rebooting']);
	});

	it('must not wait for an app that fails again and again', async () => {
		const failure = new SupervisorError('no such image', { code: 'IMAGE_PULL_FAILED' });
		loop.engine.failNext('pullImage', failure, 1000);
		expect(await life()).to.deep.equal(['reboot']);
		expect(loop.condition()).to.have.property('phase', 'backoff');
	});

	it('must wait for locks, and say for which', async () => {
		loop.locks.byUsers.add(`${appIdOf()}/web`);
		expect(await life()).to.deep.equal([]);
		expect(loop.announced[0]).to.equal(
			`Reboot is due, retrying in 500ms. Reason: Lockfile exists for { appId: ${appIdOf()}, service: web }`,
		);
		loop.locks.byUsers.clear();
		await loop.pass(60_000);
		expect(loop.power.told).to.deep.equal(['reboot']);
	});

	it('must reboot the moment the lock is given back, however long it was held, and show whose it is', async () => {
		loop.locks.byUsers.add(`${appIdOf()}/web`);
		await life();
		await loop.pass(300_000);
		expect(loop.power.told).to.deep.equal([]);
		const blocked = loop.board.snapshot().blockedReboot;
		expect(blocked).to.include({
			reason: 'the boot configuration changed',
			obstacle: `Lockfile exists for { appId: ${appIdOf()}, service: web }`,
		});
		expect(blocked?.lock).to.deep.include({ serviceName: 'web', ownerUid: 0 });
		expect(blocked?.retryInMs).to.be.above(60_000);
		loop.locks.byUsers.clear();
		await loop.pass(1500);
		expect(loop.power.told).to.deep.equal(['reboot']);
		expect(loop.board.snapshot().blockedReboot).to.equal(undefined);
	});

	it('must stop after three reboots in a row, and say so once', async () => {
		for (let time = 0; time < 3; time += 1) {
			expect(await life()).to.deep.equal(['reboot']);
			await boot();
		}
		expect(await life()).to.deep.equal([]);
		await loop.pass(3_600_000);
		expect(loop.announced).to.deep.equal([
			'Not rebooting: 3 reboots in a row did not help. Reason: the boot configuration changed',
		]);
	});

	it('must reboot again for another target after that', async () => {
		for (let time = 0; time < 3; time += 1) {
			await life();
			await boot();
		}
		expect(await life({ ...web, release: 2 })).to.deep.equal(['reboot']);
	});

	it('must begin to count anew once it came to rest without needing a reboot', async () => {
		for (let time = 0; time < 5; time += 1) {
			expect(await life()).to.deep.equal(['reboot']);
			await boot();
			loop.reconciler.setTarget(targetOf(web));
			await loop.pass(5000);
		}
	});

	it('must not count a reboot that the locks prevented', async () => {
		loop.locks.byUsers.add(`${appIdOf()}/web`);
		await life();
		await loop.pass(60_000);
		loop.locks.byUsers.clear();
		await loop.pass(200_000);
		expect(loop.power.told).to.deep.equal(['reboot']);
	});
});

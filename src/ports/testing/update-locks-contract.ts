import { expect } from 'chai';
import { UpdatesLockedError } from '../../kit/errors.ts';
import type { UpdateLocks } from '../host.ts';

export interface UpdateLocksHarness {
	readonly locks: UpdateLocks;
	/** A user holds the lock of this service; made by any means. */
	lockAsUser(appId: number, serviceName: string): Promise<void>;
	unlockAsUser(appId: number, serviceName: string): Promise<void>;
	/** What the service sees. */
	holder(appId: number, serviceName: string): Promise<'nobody' | 'user' | 'supervisor'>;
}

/** What every UpdateLocks must do. App 1 has the services `a`, `b` and `c`, with lock folders. */
export function describeUpdateLocks(name: string, open: () => Promise<UpdateLocksHarness>): void {
	describe(`${name} as UpdateLocks`, () => {
		let harness: UpdateLocksHarness;
		beforeEach(async () => {
			harness = await open();
		});
		const plain = { force: false };
		const failureOf = (work: Promise<unknown>): Promise<unknown> =>
			work.then(
				() => undefined,
				(err: unknown) => err,
			);
		const holders = async (): Promise<string> =>
			(await Promise.all(['a', 'b', 'c'].map((service) => harness.holder(1, service)))).join(' ');

		it('must hold the locks from take to release', async () => {
			await harness.locks.take(1, ['a', 'b'], plain);
			expect(await holders()).to.equal('supervisor supervisor nobody');
			await harness.locks.release(1, ['a', 'b', 'c']);
			expect(await holders()).to.equal('nobody nobody nobody');
		});

		it('must give back all that are held when nobody can name them', async () => {
			await harness.locks.take(1, ['a', 'c'], plain);
			await harness.lockAsUser(1, 'b');
			await harness.locks.release(1, 'all');
			expect(await holders()).to.equal('nobody user nobody');
			await harness.locks.release(2, 'all');
		});

		it('must name the service whose lock a user holds, and give back what it took', async () => {
			await harness.lockAsUser(1, 'b');
			const failure = await failureOf(harness.locks.take(1, ['a', 'b', 'c'], plain));
			expect(failure).to.be.instanceOf(UpdatesLockedError);
			expect(failure).to.have.property('message', 'Lockfile exists for { appId: 1, service: b }');
			expect(await holders()).to.equal('nobody user nobody');
		});

		it('must tell where the lock of the user is, whose it is and since when', async () => {
			await harness.lockAsUser(1, 'b');
			const failure = await failureOf(harness.locks.take(1, ['a', 'b'], plain));
			const lock = failure instanceof UpdatesLockedError ? failure.lock : undefined;
			expect(lock).to.include({ appId: 1, serviceName: 'b' });
			expect(lock?.path).to.match(
				/^\/tmp\/balena-supervisor\/services\/1\/b\/(resin-)?updates\.lock$/,
			);
			expect(lock?.ownerUid).to.satisfy((uid: number) => Number.isInteger(uid) && uid !== 65_534);
			expect(lock?.since).to.satisfy((since: number) => Number.isInteger(since) && since > 0);
		});

		it('must tell the moment a user gives a lock back, and not before', async () => {
			await harness.lockAsUser(1, 'b');
			await harness.lockAsUser(1, 'c');
			const failure = await failureOf(harness.locks.take(1, ['b'], plain));
			const lockPath = failure instanceof UpdatesLockedError ? (failure.lock?.path ?? '') : '';
			let isTold = false;
			const told = harness.locks
				.untilReleased(lockPath, new AbortController().signal)
				.then(() => (isTold = true));
			await harness.unlockAsUser(1, 'c');
			await new Promise((resolve) => setImmediate(resolve));
			expect(isTold).to.equal(false);
			await harness.unlockAsUser(1, 'b');
			await told;
		});

		it('must tell at once of a lock that is gone already, and end with the signal', async () => {
			const gone = '/tmp/balena-supervisor/services/1/a/updates.lock';
			await harness.locks.untilReleased(gone, new AbortController().signal);
			await harness.lockAsUser(1, 'b');
			const failure = await failureOf(harness.locks.take(1, ['b'], plain));
			const lockPath = failure instanceof UpdatesLockedError ? (failure.lock?.path ?? '') : '';
			const lifetime = new AbortController();
			const waiting = harness.locks.untilReleased(lockPath, lifetime.signal);
			lifetime.abort();
			await waiting;
		});

		it('must take the lock once the user gave it back', async () => {
			await harness.lockAsUser(1, 'a');
			await failureOf(harness.locks.take(1, ['a'], plain));
			await harness.unlockAsUser(1, 'a');
			await harness.locks.take(1, ['a'], plain);
			expect(await holders()).to.equal('supervisor nobody nobody');
		});

		it('must take the lock from a user by force', async () => {
			await harness.lockAsUser(1, 'a');
			await harness.locks.take(1, ['a'], { force: true });
			expect(await holders()).to.equal('supervisor nobody nobody');
		});

		it('must take again what it holds', async () => {
			await harness.locks.take(1, ['a'], plain);
			await harness.locks.take(1, ['a', 'b'], plain);
			expect(await holders()).to.equal('supervisor supervisor nobody');
		});

		it('must keep what an earlier take holds when a later one fails', async () => {
			await harness.locks.take(1, ['a'], plain);
			await harness.lockAsUser(1, 'c');
			await failureOf(harness.locks.take(1, ['a', 'b', 'c'], plain));
			expect(await holders()).to.equal('supervisor nobody user');
		});

		it('must leave locks of users alone when it releases', async () => {
			await harness.lockAsUser(1, 'a');
			await harness.locks.release(1, ['a', 'b']);
			expect(await holders()).to.equal('user nobody nobody');
		});

		it('must pass over services that have no lock folder', async () => {
			await harness.locks.take(1, ['never-started', 'a'], plain);
			await harness.locks.take(2, ['a'], plain);
			expect(await holders()).to.equal('supervisor nobody nobody');
			await harness.locks.release(1, ['never-started', 'a']);
		});
	});
}

import { expect } from 'chai';
import { messageOf } from '../kit/errors.ts';
import { createFakeClock, type FakeClock } from '../kit/testing/fake-clock.ts';
import type { UpdateLocks } from '../ports/host.ts';
import { describeUpdateLocks } from '../ports/testing/update-locks-contract.ts';
import { createLockHolders } from './lock-holders.ts';
import { createFakeLocks, settle, type FakeLocks } from './testing/executor-bench.ts';
import { fakeLocksHarness } from './testing/fake-locks-harness.ts';

const gentle = { force: false };
const heldByOther = 'Locks for app 1 are being held by another supervisor operation';

describe('createLockHolders', () => {
	let locks: FakeLocks;
	let clock: FakeClock;
	let update: UpdateLocks;
	let reboot: UpdateLocks;
	beforeEach(() => {
		locks = createFakeLocks();
		clock = createFakeClock();
		const holders = createLockHolders({ locks, clock });
		update = holders.as('update');
		reboot = holders.as('reboot', { waitMs: 10_000 });
	});
	const fateOf = (work: Promise<void>): Promise<string> => work.then(() => 'taken', messageOf);

	it('must refuse at once what another operation holds, when it may not wait', async () => {
		await reboot.take(1, ['a'], gentle);
		expect(await fateOf(update.take(1, ['b'], { force: true }))).to.equal(heldByOther);
		expect(await fateOf(update.take(2, ['a'], gentle))).to.equal('taken');
	});

	it('must wait for another operation, and go on when it gives the last lock back', async () => {
		await update.take(1, ['a', 'b'], gentle);
		const fate = fateOf(reboot.take(1, ['a'], gentle));
		await update.release(1, ['a']);
		await clock.advance(5000);
		expect([...locks.held]).to.deep.equal(['1/b']);
		await update.release(1, ['b']);
		await settle();
		expect(await fate).to.equal('taken');
		expect([...locks.held]).to.deep.equal(['1/a']);
	});

	it('must give up waiting in time, and leave the locks of the other alone', async () => {
		await update.take(1, ['a'], gentle);
		const fate = fateOf(reboot.take(1, ['a'], gentle));
		await clock.advance(10_000);
		expect(await fate).to.equal(heldByOther);
		await reboot.release(1, ['a']);
		expect([...locks.held]).to.deep.equal(['1/a']);
	});

	it('must hold nothing after a take that a user’s lock refuses', async () => {
		locks.byUsers.add('1/a');
		await fateOf(reboot.take(1, ['a'], gentle));
		locks.byUsers.clear();
		expect(await fateOf(update.take(1, ['a'], gentle))).to.equal('taken');
	});
});

describeUpdateLocks('the locks as one operation sees them', () => {
	const clock = createFakeClock();
	return Promise.resolve(
		fakeLocksHarness((locks) => createLockHolders({ locks, clock }).as('update')),
	);
});

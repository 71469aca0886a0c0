import { expect } from 'chai';
import { hasCode } from '../kit/errors.ts';
import { createFakeClock } from '../kit/testing/fake-clock.ts';
import type { DiskSpace } from '../ports/host.ts';
import { createSpaceGuard } from './space-guard.ts';
import { settle } from './testing/executor-bench.ts';

const mebibyte = 1024 * 1024;
const never = new AbortController().signal;

describe('createSpaceGuard', () => {
	const setUp = (freeMebibytes: number, totalMebibytes = 4000) => {
		const clock = createFakeClock();
		const room = { freeMebibytes };
		const space: DiskSpace = {
			read: () =>
				Promise.resolve({
					freeBytes: room.freeMebibytes * mebibyte,
					totalBytes: totalMebibytes * mebibyte,
				}),
		};
		return { clock, room, guard: createSpaceGuard({ space, clock }) };
	};
	const failureOf = (work: Promise<void>): Promise<unknown> =>
		work.then(
			() => 'done',
			(err: unknown) => err,
		);
	const untilAborted = (signal: AbortSignal): Promise<void> =>
		new Promise((_resolve, reject) =>
			signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true }),
		);

	it('must refuse a pull when too little is free, and say how much', async () => {
		const { guard } = setUp(199);
		const failure = await failureOf(guard.run('web:1', never, () => Promise.resolve()));
		expect(hasCode(failure, 'NO_SPACE')).to.equal(true);
		expect(String(failure)).to.contain(
			'Not enough space to download web:1: 199 MiB are free, and 200 MiB have to stay free',
		);
	});

	const floors = [
		{ totalMebibytes: 500, floor: 64 },
		{ totalMebibytes: 8000, floor: 400 },
		{ totalMebibytes: 500_000, floor: 512 },
	];
	for (const { totalMebibytes, floor } of floors) {
		it(`must keep ${floor} MiB free of ${totalMebibytes}`, async () => {
			const pull = (): Promise<void> => Promise.resolve();
			const above = setUp(floor, totalMebibytes).guard.run('web:1', never, pull);
			expect(await failureOf(above)).to.equal('done');
			const below = setUp(floor - 1, totalMebibytes).guard.run('web:1', never, pull);
			expect(hasCode(await failureOf(below), 'NO_SPACE')).to.equal(true);
		});
	}

	it('must end a pull that uses the room up', async () => {
		const { guard, room, clock } = setUp(1000);
		const running = failureOf(guard.run('web:1', never, untilAborted));
		await settle();
		room.freeMebibytes = 150;
		await clock.advance(2000);
		await settle();
		expect(clock.sleepers()).to.have.length(1);
		room.freeMebibytes = 99;
		await clock.advance(2000);
		expect(hasCode(await running, 'NO_SPACE')).to.equal(true);
		expect(clock.sleepers()).to.deep.equal([]);
	});

	it('must let a pull go on when nobody can tell what is free', async () => {
		const clock = createFakeClock();
		const space: DiskSpace = { read: () => Promise.resolve(undefined) };
		const guard = createSpaceGuard({ space, clock });
		expect(await failureOf(guard.run('web:1', never, () => Promise.resolve()))).to.equal('done');
		const without = createSpaceGuard({ clock });
		expect(await failureOf(without.run('web:1', never, () => Promise.resolve()))).to.equal('done');
	});

	it('must leave a pull when its signal fires', async () => {
		const { guard } = setUp(1000);
		const abort = new AbortController();
		const running = failureOf(guard.run('web:1', abort.signal, untilAborted));
		await settle();
		abort.abort();
		expect(String(await running)).to.contain('aborted');
	});
});

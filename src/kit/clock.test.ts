import { expect } from 'chai';
import { systemClock, type Clock } from './clock.ts';
import { createFakeClock } from './testing/fake-clock.ts';

/** What both clocks promise; `pass` lets time go by. */
function clockContract(
	name: string,
	make: () => { clock: Clock; pass: (ms: number) => Promise<void> },
): void {
	describe(name, () => {
		it('must wake a sleeper once its time has come', async () => {
			const { clock, pass } = make();
			const before = clock.monotonicMs();
			const woken = clock.sleep(20, new AbortController().signal);
			await pass(40);
			await woken;
			expect(clock.monotonicMs() - before).to.be.at.least(19);
		});

		it('must reject with the reason of the signal, before and while it sleeps', async () => {
			const { clock } = make();
			const reason = new Error('enough');
			const controller = new AbortController();
			const sleeping = clock.sleep(60_000, controller.signal).catch((err: unknown) => err);
			controller.abort(reason);
			expect(await sleeping).to.equal(reason);
			expect(await clock.sleep(1, controller.signal).catch((err: unknown) => err)).to.equal(reason);
		});
	});
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
clockContract('systemClock', () => ({ clock: systemClock, pass: pause }));
clockContract('createFakeClock', () => {
	const clock = createFakeClock();
	return { clock, pass: (ms) => clock.advance(ms) };
});

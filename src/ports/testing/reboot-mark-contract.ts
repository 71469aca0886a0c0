import { expect } from 'chai';
import type { RebootMark } from '../host.ts';

export interface RebootMarkHarness {
	/** As a new process opens it. */
	open(): RebootMark;
	/** The host boots. */
	boot(): Promise<void>;
	/** Somebody else than the supervisor asks for a reboot. */
	markByOthers(): Promise<void>;
}

/** What every RebootMark must do. */
export function describeRebootMark(name: string, start: () => Promise<RebootMarkHarness>): void {
	describe(`${name} as RebootMark`, () => {
		let harness: RebootMarkHarness;
		beforeEach(async () => {
			harness = await start();
		});

		it('must know of no reboot that is due until somebody asks for one', async () => {
			expect(await harness.open().read()).to.equal(undefined);
		});

		it('must gather the reasons and the services that wait, each once', async () => {
			const mark = harness.open();
			await mark.add({ reason: 'web needs it', serviceKey: 'a/web' });
			await mark.add({ reason: 'the boot configuration changed' });
			await Promise.all([
				mark.add({ reason: 'web needs it', serviceKey: 'a/web' }),
				mark.add({ reason: 'hub needs it', serviceKey: 'a/hub' }),
			]);
			expect(await mark.read()).to.deep.equal({
				reasons: ['web needs it', 'the boot configuration changed', 'hub needs it'],
				services: ['a/web', 'a/hub'],
			});
		});

		it('must outlive the supervisor, but not the boot', async () => {
			await harness.open().add({ reason: 'x', serviceKey: 'a/web' });
			expect(await harness.open().read())
				.to.have.property('reasons')
				.with.length(1);
			await harness.boot();
			expect(await harness.open().read()).to.equal(undefined);
			await harness.open().add({ reason: 'y' });
			expect(await harness.open().read()).to.deep.equal({ reasons: ['y'], services: [] });
		});

		it('must heed others who ask for a reboot', async () => {
			await harness.markByOthers();
			expect(await harness.open().read()).to.deep.equal({ reasons: [], services: 'all' });
		});
	});
}

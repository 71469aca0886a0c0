import { expect } from 'chai';
import type { HostUnits } from '../host-services.ts';

export interface HostUnitsHarness {
	/** `resting.service` is there and does not run; `running.service` runs; no other is there. */
	readonly units: HostUnits;
	close?(): Promise<void>;
}

/** What every HostUnits must do. */
export function describeHostUnits(name: string, begin: () => Promise<HostUnitsHarness>): void {
	describe(`${name} as HostUnits`, () => {
		let harness: HostUnitsHarness;
		beforeEach(async () => {
			harness = await begin();
		});
		afterEach(() => harness.close?.());

		it('must tell what runs, what does not, and what is not there', async () => {
			const { units } = harness;
			expect(await units.look('running.service')).to.include({ isThere: true, isActive: true });
			expect(await units.look('resting.service')).to.include({ isThere: true, isActive: false });
			expect(await units.look('absent.service')).to.include({ isThere: false, isActive: false });
		});

		it('must start a unit, and take it that it runs already', async () => {
			const { units } = harness;
			for (const unit of ['resting.service', 'running.service']) {
				await units.start(unit);
				expect(await units.look(unit)).to.include({ isActive: true });
			}
		});

		it('must stop a unit, and take it that it does not run', async () => {
			const { units } = harness;
			for (const unit of ['resting.service', 'running.service']) {
				await units.stop(unit);
				expect(await units.look(unit)).to.include({ isActive: false });
			}
		});

		it('must say that a unit is not there to be started', async () => {
			const failure: unknown = await harness.units
				.start('absent.service')
				.catch((err: unknown) => err);
			expect(failure).to.have.property('code', 'HOST_FAILED');
		});
	});
}

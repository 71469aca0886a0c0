import { expect } from 'chai';
import { SupervisorError } from '../../kit/errors.ts';
import type { HostPower, PowerOrder } from '../host.ts';

export interface HostPowerHarness {
	readonly power: HostPower;
	/** What the host was told to do, in order. */
	orders(): readonly PowerOrder[];
	/** An update of the operating system begins. */
	beginOsUpdate(): Promise<void>;
	/** From now on the host takes no order. */
	refuse(): Promise<void>;
	close?(): Promise<void>;
}

const kinds: readonly PowerOrder[] = ['reboot', 'shutdown'];

/** What every HostPower must do. */
export function describeHostPower(name: string, start: () => Promise<HostPowerHarness>): void {
	describe(`${name} as HostPower`, () => {
		let harness: HostPowerHarness;
		beforeEach(async () => {
			harness = await start();
		});
		afterEach(() => harness.close?.());

		for (const order of kinds) {
			it(`must carry out the order: ${order}`, async () => {
				await harness.power.carryOut(order);
				expect(harness.orders()).to.deep.equal([order]);
			});

			it(`must only ask when it checks: ${order}`, async () => {
				await harness.power.check(order);
				expect(harness.orders()).to.deep.equal([]);
			});

			it(`must say that the host refuses: ${order}`, async () => {
				await harness.refuse();
				for (const verb of ['check', 'carryOut'] as const) {
					const failure: unknown = await harness.power[verb](order).catch((err: unknown) => err);
					expect(failure).to.be.instanceOf(SupervisorError).with.property('code', 'HOST_FAILED');
				}
				expect(harness.orders()).to.deep.equal([]);
			});
		}

		it('must tell when the operating system is being updated', async () => {
			expect(await harness.power.isOsUpdating()).to.equal(false);
			await harness.beginOsUpdate();
			expect(await harness.power.isOsUpdating()).to.equal(true);
		});
	});
}

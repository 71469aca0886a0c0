import { expect } from 'chai';
import type { HandoverSigns } from '../host.ts';

export interface HandoverSignsHarness {
	readonly signs: HandoverSigns;
	/** A container of the service gives a sign. */
	readonly give: (appId: number, serviceName: string) => Promise<void>;
}

/** What every HandoverSigns must do. App 1 has the service `a` with a folder, and `b` without one. */
export function describeHandoverSigns(name: string, open: () => HandoverSignsHarness): void {
	describe(`${name} as HandoverSigns`, () => {
		it('must see a sign once it is given, until it is cleared', async () => {
			const { signs, give } = open();
			expect(await signs.isGiven(1, 'a')).to.equal(false);
			await give(1, 'a');
			expect(await signs.isGiven(1, 'a')).to.equal(true);
			await signs.clear(1, 'a');
			expect(await signs.isGiven(1, 'a')).to.equal(false);
		});

		it('must clear what is clear, also where there is no folder', async () => {
			const { signs } = open();
			await signs.clear(1, 'a');
			await signs.clear(1, 'b');
			expect(await signs.isGiven(1, 'b')).to.equal(false);
		});

		it('must tell services and apps apart', async () => {
			const { signs, give } = open();
			await give(1, 'a');
			expect(await signs.isGiven(2, 'a')).to.equal(false);
			expect(await signs.isGiven(1, 'b')).to.equal(false);
		});
	});
}

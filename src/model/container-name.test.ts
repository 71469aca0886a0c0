import { expect } from 'chai';
import { containerNameOf, parseContainerName } from './container-name.ts';

describe('parseContainerName', () => {
	const identity = { serviceName: 'my_web.1', imageId: 7, releaseId: 8, commit: '10ca12e1ea5e' };

	it('must read back what containerNameOf writes', () => {
		for (const commit of [identity.commit, 'my_1_commit']) {
			expect(parseContainerName(containerNameOf({ ...identity, commit }))?.commit).to.equal(commit);
		}
		expect(parseContainerName(containerNameOf(identity))).to.deep.equal(identity);
	});

	it('must read the old side of a hand-over', () => {
		expect(parseContainerName(`old_${containerNameOf(identity)}`)).to.deep.equal(identity);
	});

	for (const name of ['', 'web', 'web_1_2', 'web_a_2_c', 'resin_supervisor']) {
		it(`must leave ${JSON.stringify(name)} alone`, () => {
			expect(parseContainerName(name)).to.equal(undefined);
		});
	}
});

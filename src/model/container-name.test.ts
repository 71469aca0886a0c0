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

	it('must tell a service called like the old side of a hand-over by the name it is given', () => {
		const old = { ...identity, serviceName: 'old_web' };
		expect(parseContainerName(containerNameOf(old), 'old_web')).to.deep.equal(old);
		expect(parseContainerName(`old_${containerNameOf(old)}`, 'old_web')).to.deep.equal(old);
		const web = { ...identity, serviceName: 'web' };
		expect(parseContainerName(`old_${containerNameOf(web)}`, 'web')).to.deep.equal(web);
	});

	it('must read a release with numbers in its name when it is given the service', () => {
		const odd = { ...identity, commit: 'a_1_2_b' };
		expect(parseContainerName(containerNameOf(odd), identity.serviceName)).to.deep.equal(odd);
	});

	for (const name of ['', 'web', 'web_1_2', 'web_a_2_c', 'resin_supervisor']) {
		it(`must leave ${JSON.stringify(name)} alone`, () => {
			expect(parseContainerName(name)).to.equal(undefined);
		});
	}
});

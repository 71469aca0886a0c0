import { expect } from 'chai';
import { applyContracts } from './apply-contracts.ts';
import { deviceUniverseOf, type UniverseFacts } from './contract-universe.ts';
import { decodeTargetDevice } from './target-document.ts';

const facts: UniverseFacts = {
	supervisorVersion: '20.1.0',
	deviceType: 'jetson-nano',
	deviceArch: 'aarch64',
	osSlug: 'balena-os',
	osVersionId: '2.88.4+rev1',
	kernelRelease: '4.9.337-l4t-r32.7',
};

/** @returns why the release of a service with this contract is rejected */
function refusalsOf(contract: object): readonly string[] {
	const main = { id: 1, image_id: 1, image: 'i', environment: {}, labels: {}, contract };
	const apps = { a: { id: 1, name: 'a', releases: { c: { id: 1, services: { main } } } } };
	const target = decodeTargetDevice({ name: 'n', config: {}, apps });
	return applyContracts(target, deviceUniverseOf(facts)).target.rejected.flatMap(
		({ reasons }) => reasons,
	);
}

describe('what contracts are held against', () => {
	it('must be seven things, with the supervisor as an application among them', () => {
		expect(deviceUniverseOf(facts)).to.deep.equal([
			{ type: 'sw.supervisor', version: '20.1.0' },
			{ type: 'sw.application', slug: 'balena-supervisor', version: '20.1.0' },
			{ type: 'hw.device-type', slug: 'jetson-nano' },
			{ type: 'arch.sw', slug: 'aarch64' },
			{ type: 'sw.os', slug: 'balena-os', version: '2.88.4' },
			{ type: 'sw.kernel', slug: 'linux', version: '4.9.337' },
			{ type: 'sw.l4t', version: '32.7.0' },
		]);
	});

	it('must not be asked for as an application', () => {
		const requires = [{ type: 'sw.application', slug: 'balena-supervisor' }];
		expect(refusalsOf({ requires }).join()).to.include('type: must be one of sw.supervisor');
	});
});

describe('the contract of a service', () => {
	it('must be allowed a type and a slug of its own', () => {
		const requires = [{ type: 'arch.sw', slug: 'aarch64' }];
		expect(refusalsOf({ type: 'sw.container', slug: 'web', requires })).to.deep.equal([]);
		expect(refusalsOf({ requires })).to.deep.equal([]);
	});

	for (const type of [
		'sw.supervisor',
		'sw.l4t',
		'sw.os',
		'sw.kernel',
		'hw.device-type',
		'arch.sw',
	]) {
		it(`must be allowed to require ${type}`, () => {
			expect(refusalsOf({ requires: [{ type }] })).to.deep.equal([]);
		});
	}
});

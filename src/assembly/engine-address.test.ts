import { expect } from 'chai';
import { engineAddressOf } from './engine-address.ts';

describe('engineAddressOf', () => {
	const cases = [
		{ given: undefined, address: { socketPath: '/run/x.sock' } },
		{ given: 'unix:///run/y.sock', address: { socketPath: '/run/y.sock' } },
		{ given: 'tcp://10.0.0.1:2376', address: { host: '10.0.0.1', port: 2376 } },
		{ given: 'tcp://engine', address: { host: 'engine', port: 2375 } },
		{ given: 'http://127.0.0.1:99', address: { host: '127.0.0.1', port: 99 } },
	];
	for (const { given, address } of cases) {
		it(`must read ${given ?? 'the socket'}`, () => {
			expect(engineAddressOf(given, '/run/x.sock')).to.deep.equal(address);
		});
	}

	for (const given of ['ssh://root@host', 'nonsense', '']) {
		it(`must refuse ${JSON.stringify(given)} by name`, () => {
			expect(() => engineAddressOf(given, '/x')).to.throw('DOCKER_HOST must be');
		});
	}
});

import { expect } from 'chai';
import { parseNetworkDefinition, parseVolumeDefinition } from './resources-parser.ts';

const plainNetwork = {
	driver: 'bridge',
	driverOpts: {},
	ipam: { driver: 'default', config: [], options: {} },
	enableIpv6: false,
	internal: false,
	configOnly: false,
	labels: {},
};

describe('parseNetworkDefinition', () => {
	for (const given of [null, undefined, {}, { ipam: {} }]) {
		it(`must read ${JSON.stringify(given)} as a plain network`, () => {
			expect(parseNetworkDefinition(given, 'networks.x')).to.deep.equal({
				ok: true,
				value: plainNetwork,
			});
		});
	}

	it('must read every member, in both spellings', () => {
		const network = {
			driverOpts: { a: 1 },
			ipam: {
				config: [{ subnet: '10.0.0.0/24', ip_range: '10.0.0.0/25', auxAddresses: { b: 'c' } }],
			},
			enable_ipv6: 'true',
			labels: { 'io.resin.x': 1 },
		};
		expect(parseNetworkDefinition(network, 'networks.x')).to.deep.equal({
			ok: true,
			value: {
				...plainNetwork,
				driverOpts: { a: '1' },
				ipam: {
					...plainNetwork.ipam,
					config: [
						{
							subnet: '10.0.0.0/24',
							gateway: undefined,
							ipRange: '10.0.0.0/25',
							auxAddresses: { b: 'c' },
						},
					],
				},
				enableIpv6: true,
				labels: { 'io.balena.x': '1' },
			},
		});
	});

	it('must tell the path of a fault', () => {
		const faulty = parseNetworkDefinition({ ipam: { config: ['x'] }, internal: 'x' }, 'networks.x');
		expect(faulty).to.deep.equal({
			ok: false,
			reasons: [
				'networks.x.ipam.config[0]: must be a map',
				'networks.x.internal: must be true or false',
			],
		});
	});
});

describe('parseVolumeDefinition', () => {
	it('must read null as a volume with defaults', () => {
		expect(parseVolumeDefinition(null, 'volumes.x')).to.deep.equal({
			ok: true,
			value: { driver: 'local', driverOpts: {}, labels: {} },
		});
	});

	it('must tell the path of a fault', () => {
		expect(parseVolumeDefinition(5, 'volumes.x')).to.deep.equal({
			ok: false,
			reasons: ['volumes.x: must be a map or null'],
		});
	});
});

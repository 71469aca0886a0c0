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
	for (const given of [null, undefined, {}, { ipam: {} }, { driver: '', ipam: { driver: '' } }]) {
		it(`must read ${JSON.stringify(given)} as a plain network`, () => {
			expect(parseNetworkDefinition(given, 'networks.x')).to.deep.equal({
				ok: true,
				value: { definition: plainNetwork, ignored: [] },
			});
		});
	}

	it('must read every member, in both spellings', () => {
		const network = {
			driverOpts: { a: 1 },
			ipam: {
				config: [
					{ subnet: '10.0.0.0/24', ip_range: '10.0.0.0/25', auxAddresses: { b: '10.0.0.9' } },
				],
			},
			enable_ipv6: 'true',
			labels: { 'io.resin.x': 1 },
		};
		expect(parseNetworkDefinition(network, 'networks.x')).to.deep.equal({
			ok: true,
			value: {
				definition: {
					...plainNetwork,
					driverOpts: { a: '1' },
					ipam: {
						...plainNetwork.ipam,
						config: [
							{
								subnet: '10.0.0.0/24',
								gateway: undefined,
								ipRange: '10.0.0.0/25',
								auxAddresses: { b: '10.0.0.9' },
							},
						],
					},
					enableIpv6: true,
					labels: { 'io.balena.x': '1' },
				},
				ignored: [],
			},
		});
	});

	it('must tell what has no effect', () => {
		const read = parseNetworkDefinition(
			{ external: true, name: 'x', attachable: true, ipam: { foo: 1 }, foo: 1 },
			'networks.x',
		);
		expect(read.ok && read.value.ignored).to.deep.equal([
			'networks.x.external: networks belong to their app',
			'networks.x.name: names of networks tell the app',
			'networks.x.ipam.foo: not known',
			'networks.x.foo: not known',
		]);
	});

	const faults: readonly (readonly [unknown, string])[] = [
		[5, 'networks.x: must be a map or null'],
		[{ ipam: { config: ['x'] } }, 'networks.x.ipam.config[0]: must be a map'],
		[
			{ ipam: { config: [{ subnet: '10.0.0.0' }] } },
			'networks.x.ipam.config[0].subnet: must be a subnet such as 10.1.0.0/16',
		],
		[
			{ ipam: { config: [{ ip_range: 'x/8' }] } },
			'networks.x.ipam.config[0].ip_range: must be a subnet such as 10.1.0.0/16',
		],
		[
			{ ipam: { config: [{ gateway: 'x' }] } },
			'networks.x.ipam.config[0].gateway: must be an IP address',
		],
		[
			{ ipam: { config: [{ aux_addresses: { a: 'x' } }] } },
			'networks.x.ipam.config[0].aux_addresses.a: must be an IP address',
		],
		[{ ipam: 5 }, 'networks.x.ipam: must be a map or null'],
		[{ driver: {} }, 'networks.x.driver: must be a string'],
		[{ driver_opts: 5 }, 'networks.x.driver_opts: must be a map, or a list of name=value'],
		[{ enable_ipv6: 'x' }, 'networks.x.enable_ipv6: must be true or false'],
		[{ config_only: 'x' }, 'networks.x.config_only: must be true or false'],
		[{ labels: 5 }, 'networks.x.labels: must be a map, or a list of name=value'],
	];
	for (const [network, reason] of faults) {
		it(`must tell the place of the fault in ${JSON.stringify(network)}`, () => {
			expect(parseNetworkDefinition(network, 'networks.x')).to.deep.equal({
				ok: false,
				reasons: [reason],
			});
		});
	}

	it('must tell all faults', () => {
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
			value: { definition: { driver: 'local', driverOpts: {}, labels: {} }, ignored: [] },
		});
	});

	it('must tell the path of a fault', () => {
		expect(parseVolumeDefinition(5, 'volumes.x')).to.deep.equal({
			ok: false,
			reasons: ['volumes.x: must be a map or null'],
		});
	});
});

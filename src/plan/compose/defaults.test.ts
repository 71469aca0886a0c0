import { expect } from 'chai';
import { digest, envOf, feature, specOf } from './testing/spec-of.ts';

describe('what a container gets that its composition does not name', () => {
	it('must be told where the socket of the engine is', () => {
		expect(envOf(feature('balena-socket'))).to.include({
			DOCKER_HOST: 'unix:///host/run/balena-engine.sock',
		});
		expect(envOf({})).to.not.have.property('DOCKER_HOST');
	});

	it('must not be told the version of the supervisor', () => {
		const names = Object.keys(envOf({})).join();
		expect(names).to.not.include('SUPERVISOR_VERSION');
	});

	it('must keep a label of former single-container apps, without any effect', () => {
		const { config } = specOf({ labels: { 'io.resin.legacy-container': '1' } });
		expect(config.Labels).to.include({ 'io.balena.legacy-container': '1' });
		expect(config.HostConfig).to.deep.equal(specOf({}).config.HostConfig);
	});

	it('must not join supervisor0 without the feature, whatever its composition says', () => {
		const compose = { networks: ['default', 'supervisor0'] };
		const names = (labels: Record<string, string>): string[] =>
			specOf({ compose, labels }).networks.map(({ network }) => network);
		expect(names({})).to.deep.equal(['app1_default']);
		expect(names({ 'io.balena.features.supervisor-api': '1' })).to.deep.equal([
			'app1_default',
			'supervisor0',
		]);
	});
});

describe('the endpoint of a service in a network', () => {
	it('must carry every address that the composition gives', () => {
		const network = {
			ipv4_address: '10.0.0.5',
			ipv6Address: 'fd00::5',
			link_local_ips: ['169.254.1.1', 'fe80::5'],
		};
		const [endpoint] = specOf({ compose: { networks: { default: network } } }).networks;
		expect(endpoint?.endpoint).to.deep.include({
			IPAMConfig: {
				IPv4Address: '10.0.0.5',
				IPv6Address: 'fd00::5',
				LinkLocalIPs: ['169.254.1.1', 'fe80::5'],
			},
		});
	});
});

describe('drift of what cannot be read back', () => {
	for (const [name, compose] of [
		['cpus', { cpus: 0.5 }],
		['the hostname', { hostname: 'h' }],
		['the health check', { healthcheck: { test: 'true' } }],
	] as const) {
		it(`must be seen for ${name}`, () => {
			expect(digest({ compose })).to.not.equal(digest({}));
		});
	}
});

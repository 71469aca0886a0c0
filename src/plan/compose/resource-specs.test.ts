import { expect } from 'chai';
import { labelNames } from '../../model/labels.ts';
import { sketchApp } from '../testing/sketch.ts';
import { networksOf, supervisorNetworkSpec, toNetworkSpec } from './network-spec.ts';
import { toVolumeSpec, volumesOf } from './volume-spec.ts';

function release(services: Parameters<typeof sketchApp>[0]['services'] = {}, rest = {}) {
	const app = sketchApp({ services, ...rest });
	if (app.release === undefined) throw new Error('no release');
	return { app, release: app.release };
}

describe('networksOf', () => {
	it('must always have a default network', () => {
		const networks = networksOf(release({ web: {} }, { networks: { back: {} } }).release);
		expect(Object.keys(networks)).to.have.members(['default', 'back']);
		expect(networks.default?.configOnly).to.equal(false);
	});

	it('must need no bridge for the default network when every service is on the host, or there is none', () => {
		const host = { compose: { network_mode: 'host' } };
		expect(networksOf(release({ web: host }).release).default?.configOnly).to.equal(true);
		expect(networksOf(release().release).default?.configOnly).to.equal(true);
	});

	it('must take a declared default network as it is', () => {
		const { release: declared } = release({}, { networks: { default: { internal: true } } });
		expect(networksOf(declared).default).to.include({ internal: true, configOnly: false });
	});
});

describe('toNetworkSpec', () => {
	it('must name and label the network as ours, with a digest', () => {
		const { app, release: given } = release(
			{},
			{ networks: { back: { labels: { a: 1 }, ipam: { config: [{ subnet: '10.0.0.0/24' }] } } } },
		);
		const spec = toNetworkSpec('back', networksOf(given).back!, app);
		expect(spec.name).to.equal('app1_back');
		expect(spec.labels).to.include({
			a: '1',
			'io.balena.supervised': 'true',
			'io.balena.app-id': '1',
			'io.balena.private.ipam.config': 'true',
		});
		expect(spec.labels[labelNames.configDigest]).to.match(/^[0-9a-f]{64}$/);
	});
});

describe('supervisor0', () => {
	it('must have the address that services find the API at', () => {
		expect(supervisorNetworkSpec).to.deep.include({ name: 'supervisor0', driver: 'bridge' });
		expect(supervisorNetworkSpec.ipam.config).to.deep.equal([
			{ subnet: '10.114.104.0/25', gateway: '10.114.104.1' },
		]);
	});

	it('must carry no label by which a former supervisor would take it for the network of an app', () => {
		expect(supervisorNetworkSpec.labels).to.deep.equal({});
	});
});

describe('toVolumeSpec', () => {
	it('must name and label declared and undeclared volumes as ours', () => {
		const { app, release: given } = release(
			{ web: { compose: { volumes: ['logs:/logs', 'data:/data'] } } },
			{ volumes: { data: { driver_opts: { o: 'x' } }, spare: {} } },
		);
		const volumes = volumesOf(given);
		expect(Object.keys(volumes)).to.have.members(['logs', 'data', 'spare']);
		expect(volumes.data?.driverOpts).to.deep.equal({ o: 'x' });
		expect(toVolumeSpec('logs', volumes.logs!, app)).to.deep.equal({
			name: '1_logs',
			driver: 'local',
			driverOpts: {},
			labels: { 'io.balena.supervised': 'true', 'io.balena.app-uuid': 'app1' },
		});
	});
});

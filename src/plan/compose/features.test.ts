import { expect } from 'chai';
import { both, envOf, feature, specOf } from './testing/spec-of.ts';

describe('environment and features of a container', () => {
	it('must inject what every service gets, under both prefixes', () => {
		expect(envOf({})).to.deep.equal({
			...both('APP_ID', '1'),
			...both('APP_UUID', 'app1'),
			...both('APP_NAME', 'hello'),
			...both('SERVICE_NAME', 'web'),
			...both('DEVICE_UUID', 'd1'),
			...both('DEVICE_TYPE', 'generic-amd64'),
			...both('DEVICE_ARCH', 'amd64'),
			...both('HOST_OS_VERSION', 'Debian 12'),
			...both('APP_LOCK_PATH', '/tmp/balena/updates.lock'),
			...both('DEVICE_NAME_AT_INIT', 'device'),
			BALENA: '1',
			RESIN: '1',
			RESIN_SERVICE_KILL_ME_PATH: '/tmp/balena/handover-complete',
			BALENA_SERVICE_HANDOVER_COMPLETE_PATH: '/tmp/balena/handover-complete',
			USER: 'root',
		});
	});

	it('must let users replace what is injected, but not what features bring', () => {
		const environment = { USER: 'me', DOCKER_HOST: 'tcp://x', BALENA_SUPERVISOR_PORT: '1' };
		const labels = {
			'io.balena.features.supervisor-api': '1',
			'io.balena.features.balena-socket': '1',
		};
		expect(envOf({ environment, labels })).to.include({
			USER: 'me',
			DOCKER_HOST: 'tcp://x',
			BALENA_SUPERVISOR_PORT: '48484',
		});
	});

	it('must list the environment by name', () => {
		const { Env } = specOf({ environment: { ZZ: '1', A: 'a=b' } }).config;
		expect(Env).to.deep.equal([...Env].sort());
		expect(Env).to.include('A=a=b');
	});

	const mounts: readonly [string, readonly string[]][] = [
		[
			'journal-logs',
			[
				'/var/log/journal:/var/log/journal:ro',
				'/run/log/journal:/run/log/journal:ro',
				'/etc/machine-id:/etc/machine-id:ro',
			],
		],
		['dbus', ['/run/dbus:/host/run/dbus']],
		['kernel-modules', ['/lib/modules:/lib/modules']],
		['firmware', []],
		['sysfs', ['/sys:/sys']],
		['procfs', ['/proc:/proc']],
		['extra-firmware', ['extra-firmware:/extra-firmware']],
		[
			'balena-socket',
			[
				'/var/run/docker.sock:/host/run/balena-engine.sock',
				'/var/run/docker.sock:/var/run/docker.sock',
				'/var/run/docker.sock:/var/run/balena.sock',
			],
		],
	];
	for (const [name, binds] of mounts) {
		it(`must mount ${binds.length} paths for the feature ${name}`, () => {
			expect(specOf(feature(name)).config.HostConfig.Binds?.slice(2)).to.deep.equal(binds);
		});
	}

	it('must give features only for truthy labels, in the old spelling too', () => {
		const bindsWith = (labels: Record<string, string>) =>
			specOf({ labels }).config.HostConfig.Binds?.slice(2);
		expect(bindsWith({ 'io.balena.features.dbus': '0' })).to.deep.equal([]);
		expect(bindsWith({ 'io.resin.features.dbus': 'true' })).to.have.length(1);
	});

	it('must give the gpu feature one device', () => {
		expect(specOf(feature('gpu')).config.HostConfig.DeviceRequests).to.deep.equal([
			{ Count: 1, Capabilities: [['gpu']] },
		]);
	});

	it('must tell the revision of the operating system, where it is known', () => {
		const service = feature('host-os.board-rev');
		expect(envOf(service, {}, { osBuild: '0a1b2c' })).to.include({
			...both('HOST_OS_BOARD_REV', '0a1b2c'),
			...both('HOST_OS_BUILD', '0a1b2c'),
		});
		expect(envOf(service)).to.not.have.property('BALENA_HOST_OS_BUILD');
		expect(envOf({}, {}, { osBuild: '0a1b2c' })).to.not.have.property('BALENA_HOST_OS_BUILD');
	});

	it('must give the supervisor API at the gateway of supervisor0, and join it', () => {
		const context = { serviceApiKeys: { 'app1/web': 'k1' } };
		const service = feature('supervisor-api');
		expect(envOf(service, {}, context)).to.include({
			...both('SUPERVISOR_API_KEY', 'k1'),
			...both('SUPERVISOR_HOST', '10.114.104.1'),
			...both('SUPERVISOR_PORT', '48484'),
			...both('SUPERVISOR_ADDRESS', 'http://10.114.104.1:48484'),
		});
		const names = specOf(service).networks.map(({ network }) => network);
		expect(names).to.deep.equal(['app1_default', 'supervisor0']);
	});

	it('must give the supervisor API on 127.0.0.1 with the network of the host', () => {
		const service = { ...feature('supervisor-api'), compose: { network_mode: 'host' } };
		expect(envOf(service)).to.include({ BALENA_SUPERVISOR_ADDRESS: 'http://127.0.0.1:48484' });
		expect(specOf(service).networks).to.deep.equal([]);
		expect(specOf(service).config.HostConfig.NetworkMode).to.equal('host');
	});

	it('must give the supervisor API on 127.0.0.1 with a neighbour who has the network of the host', () => {
		const web = { ...feature('supervisor-api'), compose: { network_mode: 'service:db' } };
		const db = { compose: { network_mode: 'host' } };
		expect(envOf(web, { services: { db, web } })).to.include({
			BALENA_SUPERVISOR_HOST: '127.0.0.1',
		});
	});

	it("must give the cloud API with the device's key where there is a cloud", () => {
		const cloud = { apiEndpoint: 'https://api.example', deviceApiKey: 'dk' };
		const service = feature('balena-api');
		expect(envOf(service, {}, { cloud })).to.include({
			...both('API_KEY', 'dk'),
			...both('API_URL', 'https://api.example'),
		});
		expect(envOf(service)).to.not.have.property('BALENA_API_KEY');
	});
});

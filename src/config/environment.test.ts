import { expect } from 'chai';
import { decodeEnvironment, environmentDocs, environmentKeys } from './environment.ts';

describe('decodeEnvironment', () => {
	it('must give the defaults of the contract', () => {
		const { environment, problems } = decodeEnvironment({});
		expect(problems).to.deep.equal([]);
		expect(environment).to.deep.equal({
			rootMountpoint: '/mnt/root',
			bootMountpoint: '/mnt/boot',
			stateMountpoint: '/mnt/state',
			dataMountpoint: '/mnt/data',
			configPath: '/mnt/boot/config.json',
			osReleasePath: '/mnt/root/etc/os-release',
			databasePath: '/data/holdfast.sqlite',
			engineSocketPath: '/var/run/docker.sock',
			supervisorImage: 'resin/rpi-supervisor',
			cpuShares: 8192,
			ledFile: '/sys/class/leds/led0/brightness',
			macAddressPath: '/sys/class/net',
			vpnStatusPath: '/mnt/root/run/openvpn/vpn_status',
			systemBusAddress: 'unix:path=/mnt/root/run/dbus/system_bus_socket',
			isLivepush: false,
			logLevel: 'info',
			logFormat: 'text',
		});
	});

	it('must read every variable under its name', () => {
		const odd: Record<string, string> = { LIVEPUSH: '1', LISTEN_PORT: '1', LOG_FORMAT: 'json' };
		odd['SUPERVISOR_CPU_SHARES'] = '2';
		for (const [key, schema] of Object.entries(environmentKeys)) {
			const { name = key, doc = '' } = environmentDocs.get(schema) ?? {};
			expect(doc, name).to.match(/\.$/);
			const value = name === 'LOG_LEVEL' ? 'debug' : (odd[name] ?? 'a.b');
			const { environment, problems } = decodeEnvironment({ [name]: value });
			expect(problems, name).to.deep.equal([]);
			expect(environment, name).to.have.property(key).that.is.oneOf([value, true, 1, 2]);
		}
	});

	for (const value of ['1', '262145', '2.5', 'much']) {
		it(`must take no weight that the kernel does not know: ${value}`, () => {
			const { environment, problems } = decodeEnvironment({ SUPERVISOR_CPU_SHARES: value });
			expect(environment.cpuShares).to.equal(8192);
			expect(problems).to.have.length(1);
		});
	}

	it('must leave out a build that would spoil the version', () => {
		const { environment, problems } = decodeEnvironment({ SUPERVISOR_TAG_EXTRA: '1 (mine)' });
		expect(environment).not.to.have.property('versionSuffix');
		expect(problems).to.deep.equal([
			'SUPERVISOR_TAG_EXTRA must be of letters, digits, dots and dashes, got "1 (mine)"; the default is used',
		]);
	});

	it('must read proxies under either name, in capitals first', () => {
		const { environment } = decodeEnvironment({
			HTTP_PROXY: 'http://capital:1',
			http_proxy: 'http://small:1',
			https_proxy: 'http://small:2',
			NO_PROXY: '',
			no_proxy: 'local.example',
		});
		expect(environment).to.include({
			httpProxy: 'http://capital:1',
			httpsProxy: 'http://small:2',
			noProxy: 'local.example',
		});
	});

	it('must derive paths from the mount points that are given', () => {
		const { environment } = decodeEnvironment({
			ROOT_MOUNTPOINT: '/host',
			BOOT_MOUNTPOINT: '/boot',
			CONFIG_MOUNT_POINT: '',
			LISTEN_PORT: '48484',
		});
		expect(environment).to.deep.include({
			configPath: '/boot/config.json',
			osReleasePath: '/host/etc/os-release',
			systemBusAddress: 'unix:path=/host/run/dbus/system_bus_socket',
			listenPort: 48484,
		});
	});

	it('must put the default in force for a value it does not understand, and say so', () => {
		const { environment, problems } = decodeEnvironment({ LISTEN_PORT: 'x', LOG_LEVEL: 'loud' });
		expect(environment.logLevel).to.equal('info');
		expect(environment).not.to.have.property('listenPort');
		expect(problems).to.deep.equal([
			'LISTEN_PORT must be a port, got "x"; the default is used',
			'LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, got "loud"; the default is used',
		]);
	});
});

import { expect } from 'chai';
import { labelNames } from '../../model/labels.ts';
import type { DeviceContext } from '../context.ts';
import { sketchApp, sketchContext, type AppSketch, type ServiceSketch } from '../testing/sketch.ts';
import { toContainerSpec } from './container-spec.ts';

function specOf(
	web: ServiceSketch,
	more: Partial<AppSketch> = {},
	context: Partial<DeviceContext> = {},
) {
	const app = sketchApp({ services: { web, ...more.services }, ...more });
	const { release } = app;
	const service = release?.services.find(({ serviceName }) => serviceName === 'web');
	if (release === undefined || service === undefined) throw new Error('no service');
	return toContainerSpec({ service, app, release, context: { ...sketchContext, ...context } });
}

function envOf(...args: Parameters<typeof specOf>): Record<string, string> {
	return Object.fromEntries(
		specOf(...args).config.Env.map((line) => [
			line.split('=')[0],
			line.slice(line.indexOf('=') + 1),
		]),
	) as Record<string, string>;
}

function digest(...args: Parameters<typeof specOf>): string | undefined {
	return specOf(...args).config.Labels[labelNames.configDigest];
}

const feature = (name: string): ServiceSketch => ({
	labels: { [`io.balena.features.${name}`]: '1' },
});

describe('toContainerSpec', () => {
	it('must name the container after its service and release', () => {
		const spec = specOf({ imageId: 65 }, { commit: '0d9e', releaseId: 88 });
		expect(spec.name).to.equal('web_65_88_0d9e');
	});

	it('must label the container as ours, whatever the user labels say', () => {
		const { Labels } = specOf({ labels: { 'io.balena.app-id': '99', mine: 'x' } }).config;
		expect(Labels).to.include({
			'io.balena.supervised': 'true',
			'io.balena.app-id': '1',
			'io.balena.app-uuid': 'app1',
			'io.balena.service-id': '1',
			'io.balena.service-name': 'web',
			mine: 'x',
		});
		expect(Labels[labelNames.configDigest]).to.match(/^[0-9a-f]{64}$/);
	});

	it('must leave out what has the default of the engine', () => {
		const { config } = specOf({});
		expect(config).to.have.all.keys('Image', 'Labels', 'Env', 'Tty', 'HostConfig');
		expect(config.Tty).to.equal(true);
		expect(config.HostConfig).to.deep.equal({
			NetworkMode: 'app1_default',
			RestartPolicy: { Name: 'always', MaximumRetryCount: 0 },
			IpcMode: 'shareable',
			Binds: [
				'/tmp/balena-supervisor/services/1/web:/tmp/resin',
				'/tmp/balena-supervisor/services/1/web:/tmp/balena',
			],
		});
	});

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

	it("must give the cloud API with the device's key where there is a cloud", () => {
		const cloud = { apiEndpoint: 'https://api.example', deviceApiKey: 'dk' };
		const service = feature('balena-api');
		expect(envOf(service, {}, { cloud })).to.include({
			...both('API_KEY', 'dk'),
			...both('API_URL', 'https://api.example'),
		});
		expect(envOf(service)).to.not.have.property('BALENA_API_KEY');
	});

	const networks: readonly [string, Record<string, unknown>, string, readonly string[]][] = [
		['the default network', {}, 'app1_default', ['app1_default']],
		[
			'the networks it lists',
			{ networks: ['back', 'default'] },
			'app1_back',
			['app1_back', 'app1_default'],
		],
		['a network as its mode', { network_mode: 'back' }, 'app1_back', ['app1_back']],
		[
			'a mode beside its networks',
			{ network_mode: 'back', networks: ['default'] },
			'app1_back',
			['app1_back', 'app1_default'],
		],
		['host', { network_mode: 'host', networks: ['back'] }, 'host', []],
		['none', { network_mode: 'none' }, 'none', []],
		['bridge', { network_mode: 'bridge' }, 'bridge', ['bridge']],
		["a neighbour's network", { network_mode: 'service:db' }, 'container:db_1_1_c1', []],
		[
			'no supervisor0 it only declares',
			{ networks: ['supervisor0'] },
			'app1_default',
			['app1_default'],
		],
	];
	for (const [name, compose, mode, attachments] of networks) {
		it(`must join ${name}`, () => {
			const sketch = { services: { db: {}, web: { compose } }, networks: { back: {} } };
			const spec = specOf({ compose }, sketch);
			expect(spec.config.HostConfig.NetworkMode).to.equal(mode);
			expect(spec.networks.map(({ network }) => network)).to.deep.equal(attachments);
		});
	}

	it('must carry aliases and addresses, the service name among them', () => {
		const compose = { networks: { default: { aliases: ['www'], ipv4_address: '10.0.0.5' } } };
		expect(specOf({ compose }).networks[0]?.endpoint).to.deep.equal({
			Aliases: ['web', 'www'],
			IPAMConfig: { IPv4Address: '10.0.0.5' },
		});
	});

	it('must translate mounts and ports', () => {
		const compose = {
			volumes: [
				'data:/data:ro',
				'/cache',
				'/tmp/x:/x',
				{ type: 'tmpfs', target: '/run', tmpfs: { size: 5 } },
				'mine:/tmp/balena',
			],
			ports: ['8080:80', '81/udp'],
			expose: ['90'],
		};
		const { config } = specOf({ compose });
		expect(config.HostConfig.Binds?.slice(0, 2)).to.deep.equal(['1_data:/data:ro', '/tmp/x:/x']);
		expect(config.HostConfig.Binds).to.have.length(4);
		expect(config.HostConfig.Mounts).to.deep.equal([
			{ Type: 'tmpfs', Target: '/run', TmpfsOptions: { SizeBytes: 5 } },
		]);
		expect(config.Volumes).to.deep.equal({ '/cache': {} });
		expect(config.ExposedPorts).to.deep.equal({ '80/tcp': {}, '81/udp': {}, '90/tcp': {} });
		expect(config.HostConfig.PortBindings).to.deep.equal({
			'80/tcp': [{ HostIp: '', HostPort: '8080' }],
			'81/udp': [{ HostIp: '', HostPort: '81' }],
		});
	});

	it('must translate what a container runs on and in', () => {
		const { config, platform } = specOf({
			compose: {
				platform: 'linux/arm64',
				runtime: 'runc',
				uts: 'host',
				cgroup: 'host',
				stdin_open: true,
				entrypoint: [],
				device_cgroup_rules: ['c 13:* rw'],
				gpus: 'all',
				logging: { driver: 'local' },
				ports: ['8000-8010:80'],
			},
		});
		expect(platform).to.equal('linux/arm64');
		expect(config).to.deep.include({ OpenStdin: true, Entrypoint: [] });
		expect(config.HostConfig).to.deep.include({
			Runtime: 'runc',
			UTSMode: 'host',
			CgroupnsMode: 'host',
			DeviceCgroupRules: ['c 13:* rw'],
			DeviceRequests: [{ Count: -1, Capabilities: [['gpu']] }],
			LogConfig: { Type: 'local', Config: {} },
			PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8000-8010' }] },
		});
	});

	it('must translate every limit', () => {
		const { HostConfig } = specOf({
			compose: {
				cpu_period: 50_000,
				cpu_rt_period: 2,
				cpu_rt_runtime: 1,
				mem_limit: '1m',
				memswap_limit: -1,
				mem_swappiness: 0,
				blkio_config: { weight: 300 },
				volumes: [{ type: 'tmpfs', target: '/t', read_only: true, tmpfs: { mode: '700' } }],
				networks: { default: { driver_opts: { a: 1 } } },
			},
		}).config;
		expect(HostConfig).to.deep.include({
			CpuPeriod: 50_000,
			CpuRealtimePeriod: 2,
			CpuRealtimeRuntime: 1,
			MemorySwap: -1,
			MemorySwappiness: 0,
			BlkioWeight: 300,
			Mounts: [{ Type: 'tmpfs', Target: '/t', ReadOnly: true, TmpfsOptions: { Mode: 0o700 } }],
		});
	});

	it('must translate limits and the rest', () => {
		const compose = {
			mem_limit: '1m',
			cpus: 0.5,
			stop_grace_period: '0s',
			init: false,
			privileged: true,
			ulimits: { nofile: 5 },
			tmpfs: '/t',
			user: 5,
			healthcheck: { disable: true },
			oom_score_adj: 0,
		};
		const { config } = specOf({ compose });
		expect(config).to.deep.include({
			StopTimeout: 0,
			User: '5',
			Healthcheck: { Test: ['NONE'] },
		});
		expect(config.HostConfig).to.deep.include({
			Memory: 1_048_576,
			NanoCpus: 500_000_000,
			Init: false,
			Privileged: true,
			Ulimits: [{ Name: 'nofile', Soft: 5, Hard: 5 }],
			Tmpfs: { '/t': '' },
			OomScoreAdj: 0,
		});
	});
});

describe('the config digest', () => {
	const plain = digest({});

	it('must stay what it is, or every container of every device restarts with the next version', () => {
		expect(plain).to.equal('4b116c95ad07cce7f7d6deb5fa1eea4d009cbd916f967c4f46c50a5f29149d93');
	});

	it('must stay what it is for a service with all that balena knows, too', () => {
		const web = {
			environment: { MODE: 'a' },
			labels: { 'io.balena.features.supervisor-api': '1', 'io.balena.features.gpu': '1' },
			compose: knownToBalena,
		};
		expect(digest(web, { services: { db: {}, web }, networks: { back: {} } })).to.equal(
			'e3cecd0c51ef7411b3c32f29f39d889b66447693ffd59a56347e6f8a6091578d',
		);
	});

	const same: readonly [string, Parameters<typeof specOf>][] = [
		['another release', [{}, { commit: 'c2', releaseId: 2 }]],
		['another image', [{ image: 'other:2', imageId: 9 }]],
		['another device name', [{}, {}, { deviceName: 'renamed' }]],
		['labels in the old spelling', [{ labels: {} }]],
	];
	for (const [name, args] of same) {
		it(`must not change with ${name}`, () => expect(digest(...args)).to.equal(plain));
	}

	const other: readonly [string, Parameters<typeof specOf>][] = [
		['a variable', [{ environment: { A: '1' } }]],
		['a label', [{ labels: { a: '1' } }]],
		['a port', [{ compose: { ports: ['80:80'] } }]],
		['an alias', [{ compose: { networks: { default: { aliases: ['x'] } } } }]],
		['a network', [{ compose: { network_mode: 'host' } }]],
		['the restart policy', [{ compose: { restart: 'no' } }]],
		['the version of the host', [{}, {}, { osVersion: 'Debian 13' }]],
	];
	for (const [name, args] of other) {
		it(`must change with ${name}`, () => expect(digest(...args)).to.not.equal(plain));
	}

	it('must not change with the release of the neighbour whose network is shared', () => {
		const web = { compose: { network_mode: 'service:db' } };
		const sketch = { services: { db: {}, web } };
		expect(digest(web, sketch)).to.equal(digest(web, { ...sketch, commit: 'c2' }));
	});
});

const knownToBalena = {
	command: 'sleep 1000',
	entrypoint: ['/x'],
	stop_grace_period: '1s',
	networks: { default: null, back: { aliases: ['x'], ipv4_address: '10.99.88.5' } },
	ports: ['127.0.0.1:38181:80', '81/udp'],
	expose: ['90'],
	volumes: [
		'data:/data:ro',
		'/anonymous',
		'/tmp/x:/x',
		{ type: 'tmpfs', target: '/t', tmpfs: { size: '1m' } },
	],
	tmpfs: '/run:size=1m',
	ulimits: { nofile: 1024 },
	mem_limit: '32m',
	mem_reservation: '16m',
	cpu_shares: 512,
	cpus: '0.5',
	cpuset: '0',
	cap_add: ['NET_ADMIN'],
	cap_drop: ['MKNOD'],
	devices: ['/dev/null:/dev/xnull'],
	dns: '1.1.1.1',
	dns_search: ['example'],
	dns_opt: ['debug'],
	extra_hosts: ['a:1.2.3.4'],
	healthcheck: { test: 'true', interval: '5s', start_period: '1s', timeout: '1s', retries: 2 },
	user: '0:0',
	working_dir: '/tmp/',
	hostname: 'h',
	domainname: 'd',
	init: true,
	privileged: true,
	sysctls: { 'net.core.somaxconn': 1024 },
	shm_size: '16m',
	oom_score_adj: 10,
	oom_kill_disable: true,
	group_add: [5],
	pids_limit: 100,
	read_only: true,
	restart: 'on-failure:2',
	mac_address: '02:42:ac:11:65:43',
	stop_signal: 'SIGINT',
	security_opt: ['label=x', 'seccomp=unconfined'],
	ipc: 'private',
	pid: 'host',
	userns_mode: 'host',
	cgroup_parent: '/x',
	tty: false,
	depends_on: ['db'],
};

function both(name: string, value: string): Record<string, string> {
	return { [`BALENA_${name}`]: value, [`RESIN_${name}`]: value };
}

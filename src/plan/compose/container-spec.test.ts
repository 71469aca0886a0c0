import { expect } from 'chai';
import { labelNames } from '../../model/labels.ts';
import { specOf } from './testing/spec-of.ts';

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

	it("must join a neighbour's memory and processes", () => {
		const compose = { ipc: 'service:db', pid: 'service:db' };
		const { HostConfig } = specOf({ compose }, { services: { db: {}, web: { compose } } }).config;
		expect(HostConfig.IpcMode).to.equal('container:db_1_1_c1');
		expect(HostConfig.PidMode).to.equal('container:db_1_1_c1');
		expect(HostConfig.NetworkMode).to.equal('app1_default');
	});

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

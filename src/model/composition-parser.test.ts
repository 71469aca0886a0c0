import { expect } from 'chai';
import { parseServiceComposition } from './composition-parser.ts';
import type { ServiceComposition } from './composition.ts';

function parsed(composition: unknown): ServiceComposition {
	const result = parseServiceComposition(composition, 'services.web');
	if (!result.ok) throw new Error(result.reasons.join('\n'));
	return result.value;
}

const tcp = (hostPort: number | undefined, containerPort: number, hostIp = '') => ({
	hostIp,
	hostPort,
	containerPort,
	protocol: 'tcp' as const,
});
const started = (serviceName: string) => ({
	serviceName,
	condition: 'service_started',
	restart: false,
	required: true,
});
const joined = (network: string) => ({
	network,
	aliases: [],
	linkLocalIps: [],
	driverOpts: {},
	ipv4Address: undefined,
	ipv6Address: undefined,
});
const always = { Name: 'always', MaximumRetryCount: 0 };
const volume = { type: 'volume', volume: 'data', target: '/data' };

interface Case {
	readonly name: string;
	readonly given: unknown;
	readonly expected: Partial<Record<keyof ServiceComposition, unknown>>;
}

const cases: readonly Case[] = [
	{
		name: 'an empty composition',
		given: {},
		expected: { restart: always, tty: true, ports: [], privileged: false, ignored: [] },
	},
	{ name: 'no composition', given: undefined, expected: { restart: always } },
	{
		name: 'a command line',
		given: { command: "sh -c 'echo $X'", entrypoint: ['/init'] },
		expected: { command: ['sh', '-c', 'echo $X'], entrypoint: ['/init'] },
	},
	{
		name: 'the network of another service with a blank before its name',
		given: { network_mode: 'service: db' },
		expected: { networkMode: 'service:db' },
	},
	{ name: 'a null command', given: { command: null }, expected: { command: undefined } },
	{
		name: 'restart with a limit',
		given: { restart: 'on-failure:3' },
		expected: { restart: { Name: 'on-failure', MaximumRetryCount: 3 } },
	},
	{
		name: 'restart as YAML reads a bare no',
		given: { restart: false },
		expected: { restart: { Name: 'no', MaximumRetryCount: 0 } },
	},
	{
		name: 'ports in their short forms',
		given: { ports: ['80', 81, '8080:80', '127.0.0.1:9000:9000/udp', '[::1]:5:6'] },
		expected: {
			ports: [
				tcp(80, 80),
				tcp(81, 81),
				tcp(8080, 80),
				{ ...tcp(9000, 9000, '127.0.0.1'), protocol: 'udp' },
				tcp(5, 6, '::1'),
			],
		},
	},
	{
		name: 'addresses of version 6 without brackets',
		given: { ports: ['::1:80:81', '2001:db8::7:53:53/udp', '127.0.0.1::82'] },
		expected: {
			ports: [
				tcp(80, 81, '::1'),
				{ ...tcp(53, 53, '2001:db8::7'), protocol: 'udp' },
				tcp(82, 82, '127.0.0.1'),
			],
		},
	},
	{
		name: 'port 0 of the host as the choice of the engine',
		given: { ports: ['0:80', { target: 81, published: 0 }, { target: 82, published: '' }] },
		expected: { ports: [tcp(undefined, 80), tcp(undefined, 81), tcp(undefined, 82)] },
	},
	{
		name: 'a range of ports',
		given: { ports: ['8000-8001:9000-9001'] },
		expected: { ports: [tcp(8000, 9000), tcp(8001, 9001)] },
	},
	{
		name: 'ports in their long form, in both spellings',
		given: {
			ports: [
				{ target: 80, published: '8080', host_ip: '1.2.3.4' },
				{ target: 81, hostIp: '1.2.3.4', mode: 'host' },
			],
		},
		expected: { ports: [tcp(8080, 80, '1.2.3.4'), tcp(undefined, 81, '1.2.3.4')], ignored: [] },
	},
	{
		name: 'equal ports once',
		given: { ports: ['80:80', '80:80/tcp'] },
		expected: { ports: [tcp(80, 80)] },
	},
	{
		name: 'volumes in their short forms',
		given: { volumes: ['data:/data', 'logs:/logs/:ro', '/cache', '/tmp/shared:/shared:ro'] },
		expected: {
			volumes: [
				{ ...volume, readOnly: false, nocopy: undefined },
				{ ...volume, volume: 'logs', target: '/logs', readOnly: true, nocopy: undefined },
				{ type: 'anonymous', target: '/cache' },
				{ type: 'bind', source: '/tmp/shared', target: '/shared', readOnly: true },
			],
		},
	},
	{
		name: 'volumes in their long forms',
		given: {
			volumes: [
				{
					type: 'volume',
					source: 'data',
					target: '/data',
					readOnly: true,
					volume: { nocopy: true },
				},
				{ type: 'tmpfs', target: '/run', tmpfs: { size: '1m' } },
				{ type: 'volume', target: '/anon' },
			],
		},
		expected: {
			volumes: [
				{ ...volume, readOnly: true, nocopy: true },
				{ type: 'tmpfs', target: '/run', readOnly: false, sizeBytes: 1_048_576, mode: undefined },
				{ type: 'anonymous', target: '/anon' },
			],
		},
	},
	{
		name: 'networks as a list',
		given: { networks: ['back'] },
		expected: {
			networks: [joined('back')],
		},
	},
	{
		name: 'networks as a map, in both spellings',
		given: { networks: { default: null, back: { aliases: ['x'], ipv4Address: '10.0.0.2' } } },
		expected: {
			networks: [joined('default'), { ...joined('back'), aliases: ['x'], ipv4Address: '10.0.0.2' }],
		},
	},
	{
		name: 'a health check in both spellings',
		given: { healthcheck: { test: 'true', start_period: '1s', interval: '1m', retries: '3' } },
		expected: {
			healthcheck: {
				Test: ['CMD-SHELL', 'true'],
				StartPeriod: 1_000_000_000,
				Interval: 60_000_000_000,
				Retries: 3,
			},
		},
	},
	{
		name: 'a health check that is off',
		given: { healthcheck: { disable: true } },
		expected: { healthcheck: { Test: ['NONE'] } },
	},
	{
		name: 'dependencies as a list',
		given: { depends_on: ['db', 'db'] },
		expected: { dependsOn: [started('db')] },
	},
	{
		name: 'dependencies as a map',
		given: {
			depends_on: {
				db: null,
				cache: { condition: 'service_healthy', restart: true },
				setup: { condition: 'service_completed_successfully', required: 'false' },
			},
		},
		expected: {
			dependsOn: [
				started('db'),
				{ ...started('cache'), condition: 'service_healthy', restart: true },
				{
					...started('setup'),
					condition: 'service_completed_successfully',
					required: false,
				},
			],
			ignored: [],
		},
	},
	{
		name: 'devices',
		given: { devices: ['/dev/a', '/dev/a:/dev/b', '/dev/a:/dev/b:r', '/dev/a:rw'] },
		expected: {
			devices: [
				{ PathOnHost: '/dev/a', PathInContainer: '/dev/a', CgroupPermissions: 'rwm' },
				{ PathOnHost: '/dev/a', PathInContainer: '/dev/b', CgroupPermissions: 'rwm' },
				{ PathOnHost: '/dev/a', PathInContainer: '/dev/b', CgroupPermissions: 'r' },
				{ PathOnHost: '/dev/a', PathInContainer: '/dev/a', CgroupPermissions: 'rw' },
			],
		},
	},
	{
		name: 'limits of memory and processor',
		given: { mem_limit: '67108864', memReservation: '32m', cpus: '0.5', cpu_shares: '10' },
		expected: {
			memLimitBytes: 67_108_864,
			memReservationBytes: 33_554_432,
			cpus: 0.5,
			cpuShares: 10,
		},
	},
	{
		name: 'ulimits',
		given: { ulimits: { nofile: 1024, nproc: { soft: 1, hard: 2 } } },
		expected: {
			ulimits: [
				{ name: 'nofile', soft: 1024, hard: 1024 },
				{ name: 'nproc', soft: 1, hard: 2 },
			],
		},
	},
	{
		name: 'sysctls as a map of numbers and as a list',
		given: { sysctls: { 'net.core.somaxconn': 1024 } },
		expected: { sysctls: { 'net.core.somaxconn': '1024' } },
	},
	{
		name: 'sysctls as a list',
		given: { sysctls: ['a.b=1'] },
		expected: { sysctls: { 'a.b': '1' } },
	},
	{
		name: 'tmpfs as a string and with options',
		given: { tmpfs: '/run:size=1m' },
		expected: { tmpfs: { '/run': 'size=1m' } },
	},
	{ name: 'tmpfs as a list', given: { tmpfs: ['/tmp'] }, expected: { tmpfs: { '/tmp': '' } } },
	{
		name: 'extra hosts as a list and with =',
		given: { extra_hosts: ['a:1.2.3.4', 'b=::1'] },
		expected: { extraHosts: ['a:1.2.3.4', 'b:::1'] },
	},
	{
		name: 'extra hosts as a map',
		given: { extra_hosts: { a: '1.2.3.4' } },
		expected: { extraHosts: ['a:1.2.3.4'] },
	},
	{
		name: 'dns as a string',
		given: { dns: '1.1.1.1', dns_search: ['x'] },
		expected: { dns: ['1.1.1.1'], dnsSearch: ['x'] },
	},
	{
		name: 'a grace period of nothing',
		given: { stop_grace_period: '0s', stopSignal: 9 },
		expected: { stopGracePeriodSec: 0, stopSignal: '9' },
	},
	{
		name: 'user and working folder',
		given: { user: 1000, working_dir: '/app/', tty: 'false', init: true },
		expected: { user: '1000', workingDir: '/app', tty: false, init: true },
	},
	{
		name: 'ports out of a range',
		given: { ports: ['8000-8010:80', { target: 81, published: '9000-9010' }] },
		expected: {
			ports: [
				{ ...tcp(8000, 80), lastHostPort: 8010 },
				{ ...tcp(9000, 81), lastHostPort: 9010 },
			],
		},
	},
	{
		name: 'exposed ports',
		given: { expose: [80, '53/UDP', '8000-8001'] },
		expected: { expose: ['80', '53/udp', '8000', '8001'] },
	},
	{
		name: 'networks by their priority',
		given: { networks: { a: null, b: { priority: 100 }, c: { driverOpts: { x: 1 } } } },
		expected: {
			networks: [joined('b'), joined('a'), { ...joined('c'), driverOpts: { x: '1' } }],
		},
	},
	{
		name: 'extra hosts with brackets and with several addresses',
		given: { extra_hosts: { a: ['1.2.3.4', '[::1]'], b: 'host-gateway' } },
		expected: { extraHosts: ['a:1.2.3.4', 'a:::1', 'b:host-gateway'] },
	},
	{
		name: 'tmpfs mounts with permissions',
		given: {
			volumes: [
				{ type: 'tmpfs', target: '/a/', tmpfs: { mode: '1777' }, readOnly: true },
				{ type: 'tmpfs', target: '/b', tmpfs: { mode: 511 } },
			],
		},
		expected: {
			volumes: [
				{ type: 'tmpfs', target: '/a', readOnly: true, sizeBytes: undefined, mode: 0o1777 },
				{ type: 'tmpfs', target: '/b', readOnly: false, sizeBytes: undefined, mode: 511 },
			],
		},
	},
	{
		name: 'binds below /tmp in the long form',
		given: { volumes: [{ type: 'bind', source: '/tmp/a/', target: '/a/', read_only: true }] },
		expected: { volumes: [{ type: 'bind', source: '/tmp/a', target: '/a', readOnly: true }] },
	},
	{
		name: 'devices in their long form, and by name',
		given: { devices: [{ source: '/dev/a', permissions: 'r' }, 'vendor.com/gpu=all'] },
		expected: {
			devices: [{ PathOnHost: '/dev/a', PathInContainer: '/dev/a', CgroupPermissions: 'r' }],
			deviceRequests: [{ Driver: 'cdi', DeviceIDs: ['vendor.com/gpu=all'] }],
		},
	},
	{
		name: 'all gpus',
		given: { gpus: 'all' },
		expected: { deviceRequests: [{ Count: -1, Capabilities: [['gpu']] }] },
	},
	{
		name: 'some gpus',
		given: {
			gpus: [
				{ driver: 'nvidia', count: 2, capabilities: ['utility'], options: { a: 1 } },
				{ device_ids: ['0', 3] },
			],
		},
		expected: {
			deviceRequests: [
				{
					Driver: 'nvidia',
					Count: 2,
					Capabilities: [['utility', 'gpu']],
					Options: { a: '1' },
				},
				{ DeviceIDs: ['0', '3'], Capabilities: [['gpu']] },
			],
		},
	},
	{
		name: 'limits and devices under deploy, after those of the service',
		given: {
			cpus: 1,
			deploy: {
				resources: {
					limits: { cpus: '0.5', memory: '64m', pids: 10 },
					reservations: {
						memory: '32m',
						devices: [{ count: 'all', capabilities: ['gpu'] }],
					},
				},
			},
		},
		expected: {
			cpus: 1,
			memLimitBytes: 67_108_864,
			pidsLimit: 10,
			memReservationBytes: 33_554_432,
			deviceRequests: [{ Count: -1, Capabilities: [['gpu']] }],
			ignored: [],
		},
	},
	{
		name: 'shares and limits of block devices',
		given: {
			blkio_config: {
				weight: 300,
				weight_device: [{ path: '/dev/sda', weight: 400 }],
				device_read_bps: [{ path: '/dev/sda', rate: '12mb' }],
				device_write_iops: [{ path: '/dev/sda', rate: 30 }],
			},
		},
		expected: {
			blkio: {
				BlkioWeight: 300,
				BlkioWeightDevice: [{ Path: '/dev/sda', Weight: 400 }],
				BlkioDeviceReadBps: [{ Path: '/dev/sda', Rate: 12_582_912 }],
				BlkioDeviceWriteIOps: [{ Path: '/dev/sda', Rate: 30 }],
			},
		},
	},
	{
		name: 'real-time and period limits as microseconds and durations',
		given: { cpu_period: '50ms', cpu_rt_runtime: '400ms', cpu_rt_period: 1_000_000 },
		expected: { cpuPeriod: 50_000, cpuRtRuntimeUs: 400_000, cpuRtPeriodUs: 1_000_000 },
	},
	{
		name: 'limits of swap',
		given: { mem_limit: '1m', memswap_limit: -1, mem_swappiness: '0' },
		expected: { memSwapLimitBytes: -1, memSwappiness: 0 },
	},
	{
		name: 'a log driver with its options',
		given: { logging: { driver: 'json-file', options: { 'max-size': '1m', 'max-file': 3 } } },
		expected: {
			logging: { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '3' } },
			ignored: [],
		},
	},
	{
		name: 'options of logs without a driver as those of json-file',
		given: { logging: { options: { 'max-size': '1m' } } },
		expected: { logging: { Type: 'json-file', Config: { 'max-size': '1m' } } },
	},
	{ name: 'logging that says nothing', given: { logging: {} }, expected: { logging: undefined } },
	{
		name: 'what the container runs on and in',
		given: {
			runtime: 'runc',
			platform: 'linux/arm/v7',
			uts: 'host',
			cgroup: 'private',
			stdin_open: 'true',
			device_cgroup_rules: ['c 13:* rw'],
		},
		expected: {
			runtime: 'runc',
			platform: 'linux/arm/v7',
			uts: 'host',
			cgroup: 'private',
			stdinOpen: true,
			deviceCgroupRules: ['c 13:* rw'],
		},
	},
	{
		name: 'an entrypoint that clears that of the image',
		given: { entrypoint: '' },
		expected: { entrypoint: [] },
	},
	{
		name: 'limits of the process that are none',
		given: { ulimits: { core: -1, memlock: { soft: 1, hard: -1 } } },
		expected: {
			ulimits: [
				{ name: 'core', soft: -1, hard: -1 },
				{ name: 'memlock', soft: 1, hard: -1 },
			],
		},
	},
];

describe('parseServiceComposition', () => {
	for (const { name, given, expected } of cases) {
		it(`must read ${name}`, () => {
			expect(parsed(given)).to.deep.include(expected);
		});
	}

	it('must read empty texts as nothing said, as a variable without a value leaves them', () => {
		const blank = {
			...{ user: '', working_dir: '', hostname: '', domainname: '', mac_address: '', platform: '' },
			...{ ipc: '', pid: '', network_mode: '', userns_mode: '', cgroup_parent: '', cpuset: '' },
			...{
				mem_limit: '',
				cpus: '',
				stop_signal: '',
				stop_grace_period: '',
				restart: '',
				ports: '',
			},
		};
		expect(parsed(blank)).to.deep.equal(parsed({}));
		const inside = { depends_on: { db: { condition: '' } }, networks: { a: { ipv4_address: '' } } };
		expect(parsed(inside)).to.deep.equal(parsed({ depends_on: ['db'], networks: ['a'] }));
		expect(parsed({ command: '', entrypoint: '' })).to.deep.include({
			command: [],
			entrypoint: [],
		});
	});

	it('must go without what the former supervisor does not know, where the engine refuses it', () => {
		const neighbour = { network_mode: 'service:db' };
		const { ignored, ...read } = parsed({ ...neighbour, expose: ['80'], memswap_limit: '1m' });
		expect({ ...read, ignored: [] }).to.deep.equal(parsed(neighbour));
		expect(ignored).to.have.length(2);
	});

	it('must read what both generations of the command line send as the same', () => {
		const newer = parsed({
			command: null,
			networks: { mynet: null },
			mem_limit: '67108864',
			tmpfs: ['/tmp'],
			devices: ['/dev/null:/dev/xnull:rwm'],
			sysctls: { 'net.core.somaxconn': '1024' },
		});
		const older = parsed({
			networks: ['mynet'],
			mem_limit: '64m',
			tmpfs: '/tmp',
			devices: ['/dev/null:/dev/xnull'],
			sysctls: { 'net.core.somaxconn': 1024 },
		});
		expect(newer).to.deep.equal(older);
	});
});

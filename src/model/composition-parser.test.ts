import { expect } from 'chai';
import { parseServiceComposition } from './composition-parser.ts';
import type { ServiceComposition } from './composition.ts';

function parsed(composition: unknown): ServiceComposition {
	const result = parseServiceComposition(composition, 'services.web');
	if (!result.ok) throw new Error(result.reasons.join('\n'));
	return result.value;
}

function faults(composition: unknown): readonly string[] {
	const result = parseServiceComposition(composition, 'services.web');
	return result.ok ? [] : result.reasons;
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
		name: 'an unknown restart policy',
		given: { restart: 'never' },
		expected: { restart: always, ignored: ['restart: not a restart policy, always is taken'] },
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
				{ type: 'tmpfs', target: '/run', sizeBytes: 1_048_576 },
				{ type: 'anonymous', target: '/anon' },
			],
		},
	},
	{
		name: 'binds of the host as ignored',
		given: { volumes: ['/etc:/etc', './src:/src', { type: 'bind', source: '/tmp', target: '/t' }] },
		expected: {
			volumes: [],
			ignored: [
				'volumes[0]: /etc is a path of the host; only paths below /tmp may be mounted',
				'volumes[1]: ./src is a path of the host; only paths below /tmp may be mounted',
				'volumes[2]: /tmp is a path of the host; only paths below /tmp may be mounted',
			],
		},
	},
	{
		name: 'binds that climb out of /tmp, or reach locks, as ignored',
		given: { volumes: ['/tmp/../etc:/a', '/tmp/balena-supervisor/services:/b'] },
		expected: { volumes: [] },
	},
	{
		name: 'networks as a list',
		given: { networks: ['back'] },
		expected: {
			networks: [
				{
					network: 'back',
					aliases: [],
					linkLocalIps: [],
					ipv4Address: undefined,
					ipv6Address: undefined,
				},
			],
		},
	},
	{
		name: 'networks as a map, in both spellings',
		given: { networks: { default: null, back: { aliases: ['x'], ipv4Address: '10.0.0.2' } } },
		expected: {
			networks: [
				{
					network: 'default',
					aliases: [],
					linkLocalIps: [],
					ipv4Address: undefined,
					ipv6Address: undefined,
				},
				{
					network: 'back',
					aliases: ['x'],
					linkLocalIps: [],
					ipv4Address: '10.0.0.2',
					ipv6Address: undefined,
				},
			],
		},
	},
	{
		name: "another's container as network as ignored",
		given: { network_mode: 'container:x' },
		expected: {
			networkMode: undefined,
			ignored: ['network_mode: containers of others cannot be joined'],
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
		name: 'security options without SELinux labels',
		given: { security_opt: ['label=disable', 'seccomp=unconfined'] },
		expected: { securityOpt: ['seccomp=unconfined'] },
	},
	{
		name: 'unsupported fields as ignored, but for extensions and what the build takes care of',
		given: { logging: {}, links: [], 'x-note': 1, build: '.', image: 'x', healthcheck: { foo: 1 } },
		expected: {
			ignored: ['logging: not supported', 'links: not supported', 'healthcheck.foo: not supported'],
		},
	},
	{
		name: 'user and working folder',
		given: { user: 1000, working_dir: '/app/', tty: 'false', init: true },
		expected: { user: '1000', workingDir: '/app', tty: false, init: true },
	},
];

describe('parseServiceComposition', () => {
	for (const { name, given, expected } of cases) {
		it(`must read ${name}`, () => {
			expect(parsed(given)).to.deep.include(expected);
		});
	}

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

	const faulty: readonly [unknown, string][] = [
		['text', 'services.web: must be a map'],
		[{ ports: ['http'] }, 'services.web.ports[0]: must be a port mapping such as'],
		[{ ports: ['80:80', '1-2:3'] }, 'services.web.ports[1]: must be a port mapping'],
		[{ ports: ['99999:1'] }, 'services.web.ports[0]: must be a port mapping'],
		[{ ports: [{ published: 80 }] }, 'services.web.ports[0].target: must be a string'],
		[{ ports: '80:80' }, 'services.web.ports: must be a list'],
		[{ command: "sh 'x" }, 'services.web.command: must be a list of strings'],
		[{ mem_limit: 'lots' }, 'services.web.mem_limit: must be a size in bytes such as 64m'],
		[{ memLimit: {} }, 'services.web.mem_limit: must be a size'],
		[{ healthcheck: { interval: 'x' } }, 'services.web.healthcheck.interval: must be a duration'],
		[{ healthcheck: { test: ['true'] } }, 'services.web.healthcheck.test: must begin with NONE'],
		[{ stop_grace_period: 'x' }, 'services.web.stop_grace_period: must be a duration'],
		[{ volumes: ['a:b'] }, 'services.web.volumes[0]: must be a volume such as'],
		[{ volumes: ['a:/x', 'b:/x'] }, 'services.web.volumes[1]: mounts /x a second time'],
		[{ volumes: [{ type: 'disk', target: '/x' }] }, 'services.web.volumes[0].type: must be volume'],
		[{ networks: 5 }, 'services.web.networks: must be a list or a map'],
		[{ networks: { a: 5 } }, 'services.web.networks.a: must be a map or null'],
		[{ privileged: 'maybe' }, 'services.web.privileged: must be true or false'],
		[{ ulimits: { nofile: 'x' } }, 'services.web.ulimits.nofile: must be an integer'],
		[{ ulimits: { nofile: { soft: 1 } } }, 'services.web.ulimits.nofile.hard: must be an integer'],
		[{ devices: ['/dev/a:/dev/b:x'] }, 'services.web.devices[0]: must be a device'],
		[{ cap_add: [{}] }, 'services.web.cap_add[0]: must be a string'],
		[{ expose: ['http'] }, 'services.web.expose[0]: must be a port'],
		[{ cpus: -1 }, 'services.web.cpus: must be a number, not negative'],
		[
			{ depends_on: { db: { condition: 'healthy' } } },
			'services.web.depends_on.db.condition: must be service_started, service_healthy or',
		],
		[{ depends_on: { db: 5 } }, 'services.web.depends_on.db: must be a map or null'],
		[{ depends_on: 5 }, 'services.web.depends_on: must be a list or a map'],
		[{ sysctls: 5 }, 'services.web.sysctls: must be a map, or a list of name=value'],
	];
	for (const [given, fault] of faulty) {
		it(`must tell the path and the fault of ${JSON.stringify(given)}`, () => {
			expect(faults(given).join('\n')).to.include(fault);
		});
	}

	it('must tell all faults at once', () => {
		expect(faults({ ports: ['x'], cpus: 'y', privileged: 'z' })).to.have.length(3);
	});
});

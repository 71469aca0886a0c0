import { expect } from 'chai';
import { parseServiceComposition } from '../composition-parser.ts';
import { fields } from './fields.ts';
import { fieldDocs } from './field.ts';

function faultsOf(composition: unknown): readonly string[] {
	const result = parseServiceComposition(composition, 'services.web');
	return result.ok ? [] : result.reasons;
}

const text = 'must be a string';
const flag = 'must be true or false';
const size = 'must be a size in bytes such as 64m';
const duration = 'must be a duration such as 1m30s';
const map = 'must be a map';
const list = 'must be a list';
const ofOwnNetwork = 'cannot be given beside the network_mode of another service';

/** What is given, where the fault is, and what is wrong. */
type Fault = readonly [unknown, string, string];

const faults: readonly Fault[] = [
	['text', '', 'must be a map'],
	[{ command: "sh 'x" }, 'command', 'must be a list of strings'],
	[{ command: [{}] }, 'command', 'must be a list of strings'],
	[{ entrypoint: { a: 1 } }, 'entrypoint', 'must be a list of strings'],
	[{ depends_on: 5 }, 'depends_on', 'must be a list or a map'],
	[{ depends_on: { db: 5 } }, 'depends_on.db', 'must be a map or null'],
	[
		{ depends_on: { db: { condition: 'healthy' } } },
		'depends_on.db.condition',
		'must be service_started, service_healthy or service_completed_successfully',
	],
	[{ depends_on: { db: { required: 'x' } } }, 'depends_on.db.required', flag],
	[{ healthcheck: [] }, 'healthcheck', map],
	[{ healthcheck: { interval: 'x' } }, 'healthcheck.interval', duration],
	[{ healthcheck: { interval: '1us' } }, 'healthcheck.interval', 'must be at least 1ms, or 0'],
	[{ healthcheck: { startPeriod: [] } }, 'healthcheck.start_period', duration],
	[{ healthcheck: { test: ['true'] } }, 'healthcheck.test', 'must begin with NONE'],
	[{ healthcheck: { retries: -1 } }, 'healthcheck.retries', 'must be an integer of at least 0'],
	[{ tty: 'maybe' }, 'tty', flag],
	[{ stdin_open: 'maybe' }, 'stdin_open', flag],
	[{ init: [] }, 'init', flag],
	[{ user: {} }, 'user', text],
	[{ working_dir: 'app' }, 'working_dir', 'must be an absolute path'],
	[{ stop_signal: 'please' + '!' }, 'stop_signal', 'must be a signal such as SIGINT or 2'],
	[{ stop_grace_period: 'x' }, 'stop_grace_period', duration],
	[{ logging: 'journald' }, 'logging', map],
	[{ logging: { options: 5 } }, 'logging.options', 'must be a map, or a list of name=value'],
	[{ ports: '80:80' }, 'ports', list],
	[{ ports: ['http'] }, 'ports[0]', 'must be a port mapping such as'],
	[{ ports: ['80:80', '1-2:3-5'] }, 'ports[1]', 'must be a port mapping'],
	[{ ports: ['99999:1'] }, 'ports[0]', 'must be a port mapping'],
	[{ ports: [{ published: 80 }] }, 'ports[0].target', text],
	[{ ports: [{ target: 80, protocol: 'icmp' }] }, 'ports[0]', 'must have a target port'],
	[{ expose: ['http'] }, 'expose[0]', 'must be a port or a range of ports'],
	[{ networks: 5 }, 'networks', 'must be a list or a map'],
	[{ networks: { a: 5 } }, 'networks.a', 'must be a map or null'],
	[
		{ networks: { a: { ipv4Address: '::1' } } },
		'networks.a.ipv4_address',
		'must be an IPv4 address',
	],
	[
		{ networks: { a: { ipv6_address: '1.2.3.4' } } },
		'networks.a.ipv6_address',
		'must be an IPv6 address',
	],
	[
		{ networks: { a: { link_local_ips: ['x'] } } },
		'networks.a.link_local_ips[0]',
		'must be an IP address',
	],
	[{ networks: { a: { priority: 'x' } } }, 'networks.a.priority', 'must be an integer'],
	[{ network_mode: {} }, 'network_mode', text],
	[{ hostname: [] }, 'hostname', text],
	[{ domainname: {} }, 'domainname', text],
	[{ mac_address: '02:42' }, 'mac_address', 'must be a MAC address such as'],
	[{ dns: ['one.one'] }, 'dns[0]', 'must be an IP address'],
	[{ dns_search: [{}] }, 'dns_search[0]', text],
	[{ dns_opt: [[]] }, 'dns_opt[0]', text],
	[{ extra_hosts: ['a'] }, 'extra_hosts[0]', 'must be a name and an address'],
	[{ volumes: 'data:/data' }, 'volumes', list],
	[{ volumes: ['a:b'] }, 'volumes[0]', 'must be a volume such as'],
	[{ volumes: ['a:/x', 'b:/x/'] }, 'volumes[1]', 'mounts /x a second time'],
	[{ volumes: [{ type: 'disk', target: '/x' }] }, 'volumes[0].type', 'must be volume'],
	[{ volumes: [{ type: 'volume' }] }, 'volumes[0].target', text],
	[{ volumes: [{ type: 'volume', target: 'x' }] }, 'volumes[0].target', 'must be an absolute path'],
	[
		{ volumes: [{ type: 'tmpfs', target: '/x', tmpfs: { size: 'x' } }] },
		'volumes[0].tmpfs.size',
		size,
	],
	[
		{ volumes: [{ type: 'tmpfs', target: '/x', tmpfs: { mode: '999' } }] },
		'volumes[0].tmpfs.mode',
		'must be permissions such as',
	],
	[{ tmpfs: 'run' }, 'tmpfs', 'must be absolute paths'],
	[{ tmpfs: '/x', volumes: ['a:/x'] }, 'tmpfs', 'mounts a path that volumes mount too'],
	[{ privileged: 'maybe' }, 'privileged', flag],
	[{ read_only: 2 }, 'read_only', flag],
	[{ cap_add: [{}] }, 'cap_add[0]', text],
	[{ cap_drop: [[]] }, 'cap_drop[0]', text],
	[{ group_add: [{}] }, 'group_add[0]', text],
	[{ security_opt: [{}] }, 'security_opt[0]', text],
	[{ devices: '/dev/a' }, 'devices', list],
	[{ devices: ['/dev/a:/dev/b:x'] }, 'devices[0]', 'must be a device'],
	[{ devices: [{ target: '/dev/b' }] }, 'devices[0].source', text],
	[
		{ devices: [{ source: '/dev/b', permissions: 'x' }] },
		'devices[0].permissions',
		'must be some of r, w and m',
	],
	[{ device_cgroup_rules: ['all'] }, 'device_cgroup_rules[0]', 'must be a rule such as c 13:* rw'],
	[{ sysctls: 5 }, 'sysctls', 'must be a map, or a list of name=value'],
	[{ ipc: [] }, 'ipc', text],
	[{ pid: {} }, 'pid', text],
	[{ uts: 'mine' }, 'uts', 'must be host'],
	[{ userns_mode: [] }, 'userns_mode', text],
	[{ cgroup: 'mine' }, 'cgroup', 'must be host or private'],
	[{ cgroup_parent: {} }, 'cgroup_parent', text],
	[{ runtime: {} }, 'runtime', text],
	[{ platform: 'arm 64' }, 'platform', 'must be a platform such as linux/arm64'],
	[{ mem_limit: 5, mem_reservation: 6 }, 'mem_reservation', 'must not be above mem_limit'],
	[{ memswap_limit: 'x' }, 'memswap_limit', 'must be a size in bytes such as 64m, or -1'],
	[{ mem_swappiness: 101 }, 'mem_swappiness', 'must be an integer from 0 to 100'],
	[{ cpus: -1 }, 'cpus', 'must be a number, not negative'],
	[{ cpus: 1, cpu_quota: 5 }, 'cpus', 'cannot be given beside cpu_quota or cpu_period'],
	[{ cpu_shares: -1 }, 'cpu_shares', 'must be an integer of at least 0'],
	[{ cpu_quota: -2 }, 'cpu_quota', 'must be an integer of at least -1'],
	[{ cpu_period: 'x' }, 'cpu_period', 'must be a number of microseconds'],
	[{ cpu_rt_period: -1 }, 'cpu_rt_period', 'must be a number of microseconds'],
	[{ cpu_rt_runtime: [] }, 'cpu_rt_runtime', 'must be a number of microseconds'],
	[{ cpuset: [] }, 'cpuset', text],
	[{ pids_limit: 'x' }, 'pids_limit', 'must be an integer'],
	[{ oom_kill_disable: 'x' }, 'oom_kill_disable', flag],
	[{ oom_score_adj: 1001 }, 'oom_score_adj', 'must be an integer from -1000 to 1000'],
	[{ ulimits: [] }, 'ulimits', map],
	[{ ulimits: { nofile: 'x' } }, 'ulimits.nofile', 'must be an integer'],
	[{ ulimits: { nofile: { soft: 1 } } }, 'ulimits.nofile.hard', 'must be an integer'],
	[{ ulimits: { nofile: { soft: 2, hard: 1 } } }, 'ulimits.nofile', 'must have a soft limit'],
	[{ blkio_config: 5 }, 'blkio_config', map],
	[{ blkio_config: { weight: 5 } }, 'blkio_config.weight', 'must be an integer from 10 to 1000'],
	[
		{ blkio_config: { device_read_bps: [{ path: '/dev/a', rate: 'x' }] } },
		'blkio_config.device_read_bps[0].rate',
		size,
	],
	[{ gpus: 'some' }, 'gpus', 'must be all, or a list'],
	[{ gpus: [{ count: 1, device_ids: ['0'] }] }, 'gpus[0]', 'must have a count or device_ids'],
	[{ gpus: [{ count: 'x' }] }, 'gpus[0].count', 'must be an integer'],
	[{ deploy: 5 }, 'deploy', map],
	[{ deploy: { resources: { limits: { memory: 'x' } } } }, 'deploy.resources.limits.memory', size],
	[{ network_mode: 'host', mac_address: '02:42:ac:11:00:02' }, 'mac_address', 'cannot be given'],
	[{ network_mode: 'service:db', hostname: 'x' }, 'hostname', ofOwnNetwork],
	[{ network_mode: 'service:db', ports: ['80'] }, 'ports', ofOwnNetwork],
	[{ ports: ['80:80', '127.0.0.1:80:81'] }, 'ports', 'want one port of the host twice'],
	[{ network_mode: 'service:db', dns: '1.1.1.1' }, 'dns', ofOwnNetwork],
	[{ network_mode: 'service:db', extra_hosts: ['a:1.1.1.1'] }, 'extra_hosts', ofOwnNetwork],
];

describe('a malformed composition', () => {
	for (const [given, at, reason] of faults) {
		it(`must be refused with the place of the fault: ${JSON.stringify(given)}`, () => {
			const place = at === '' ? 'services.web' : `services.web.${at}`;
			expect(faultsOf(given).join('\n')).to.include(`${place}: ${reason}`);
		});
	}

	it('must tell all faults at once', () => {
		expect(faultsOf({ ports: ['x'], cpu_period: 'y', privileged: 'z' })).to.have.length(3);
	});

	const harmless = ['restart', 'image', 'environment', 'labels', 'mem_limit', 'shm_size'];
	const read = Object.entries(fields).filter(([, schema]) => fieldDocs.has(schema));
	for (const [name] of read.filter(([field]) => !harmless.includes(field))) {
		it(`must be tried for ${name}`, () => {
			expect(faults.map(([, at]) => /^\w*/.exec(at)?.[0])).to.include(name);
		});
	}
});

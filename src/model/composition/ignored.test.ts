import { expect } from 'chai';
import { parseServiceComposition } from '../composition-parser.ts';

function ignoredIn(composition: unknown): readonly string[] {
	const result = parseServiceComposition(composition, 'services.web');
	if (!result.ok) throw new Error(result.reasons.join('\n'));
	return result.value.ignored;
}

const hostPath = 'is a path of the host; only paths below /tmp may be mounted';
const newer = 'of the Engine API, 1.41 is spoken';

const cases: readonly (readonly [string, unknown, readonly string[]])[] = [
	['nothing', {}, []],
	['extensions, at every depth', { 'x-note': 1, healthcheck: { 'x-y': 1 } }, []],
	['what the build takes care of', { build: '.', image: 'x', develop: {}, attach: false }, []],
	['what is read elsewhere', { environment: { A: 1 }, labels: ['a=b'], running: true }, []],
	['names that are free', { sysctls: { a: 1 }, networks: { mine: null } }, []],
	['fields that are null', { links: null, nonsense: null }, []],
	['fields nobody knows', { nonsense: 1, Links: 2 }, ['nonsense: not known', 'Links: not known']],
	[
		'members nobody knows, in lists and maps',
		{
			healthcheck: { foo: 1 },
			ports: ['80', { target: 81, foo: 1 }],
			networks: { back: { foo: 1 } },
			depends_on: { db: { foo: 1 } },
			deploy: { resources: { limits: { foo: 1 } } },
			blkio_config: { device_read_bps: [{ path: '/dev/a', rate: 1, foo: 1 }] },
		},
		[
			'healthcheck.foo: not known',
			'ports[1].foo: not known',
			'networks.back.foo: not known',
			'depends_on.db.foo: not known',
			'deploy.resources.limits.foo: not known',
			'blkio_config.device_read_bps[0].foo: not known',
		],
	],
	['members in the other spelling', { healthcheck: { startPeriod: '1s' } }, []],
	[
		'fields without an effect, with the reason',
		{ links: ['db'], profiles: ['debug'], secrets: ['x'], configs: ['x'], annotations: { a: 1 } },
		[
			'links: services reach one another by name and by aliases of networks',
			'profiles: every service of a release runs',
			'secrets: there are no secrets on a device; use a volume or a variable',
			'configs: there are no configs on a device; use a volume or a variable',
			`annotations: needs version 1.43 ${newer}`,
		],
	],
	['values that mean what holds anyway', { scale: 1, isolation: 'default' }, []],
	[
		'more than one container of a service',
		{ scale: 2, deploy: { replicas: 3, mode: 'global' } },
		[
			'scale: a service has one container',
			'deploy.replicas: a service has one container',
			'deploy.mode: is for clusters, this is one device',
		],
	],
	[
		'members that newer engines know',
		{
			healthcheck: { start_interval: '1s' },
			networks: { default: { gw_priority: 1 } },
			volumes: [{ type: 'volume', source: 'a', target: '/a', volume: { subpath: 'x' } }],
		},
		[
			`healthcheck.start_interval: needs version 1.44 ${newer}`,
			`networks.default.gw_priority: needs a newer version ${newer}`,
			`volumes[0].volume.subpath: needs version 1.45 ${newer}`,
		],
	],
	[
		'an unknown restart policy',
		{ restart: 'never' },
		['restart: not a restart policy, always is taken'],
	],
	[
		'sizes that are none, and what are no numbers',
		{ mem_limit: 'lots', memReservation: {}, shm_size: -1, cpus: 'x', ...{ cpu_shares: 'x' } },
		[
			'mem_limit: not a size, so it has no effect',
			'mem_reservation: not a size, so it has no effect',
			'shm_size: not a size, so it has no effect',
			'cpus: not a number, so it has no effect',
			'cpu_shares: not an integer, so it has no effect',
		],
	],
	[
		'fractions where integers are wanted',
		{ cpu_quota: 1.5, oom_score_adj: '0.5' },
		[
			'cpu_quota: not an integer, so it has no effect',
			'oom_score_adj: not an integer, so it has no effect',
		],
	],
	[
		'what the former supervisor does not know and the engine refuses beside another field',
		{ network_mode: 'service:db', expose: ['80'], memswap_limit: '1m' },
		[
			'expose: has no effect beside the network_mode of another service, whose it is',
			'memswap_limit: has no effect without a mem_limit that is not above it',
		],
	],
	[
		"the host's name beside one of the service's own",
		{ uts: 'host', hostname: 'x' },
		['uts: has no effect beside a hostname'],
	],
	[
		"containers of others, and others' namespaces",
		{ network_mode: 'container:x', ipc: 'container:db', pid: 'container:x' },
		[
			'network_mode: containers of others cannot be joined',
			'ipc: containers of others cannot be joined',
			'pid: containers of others cannot be joined',
		],
	],
	[
		'labels of SELinux',
		{ security_opt: ['seccomp=unconfined', 'label=disable'] },
		['security_opt[1]: labels of SELinux are not supported'],
	],
	[
		'log drivers whose logs cannot be read',
		{ logging: { driver: 'syslog', options: { tag: 'x' } } },
		['logging.driver: the logs of syslog cannot be read again, use json-file, local or journald'],
	],
	[
		'options the log driver does not know',
		{ logging: { driver: 'journald', options: { 'max-size': '1m', tag: 'x' } } },
		['logging.options.max-size: not an option of journald'],
	],
	[
		'paths of the host',
		{ volumes: ['/etc:/etc', './src:/src', { type: 'bind', source: '/tmp', target: '/t' }] },
		[
			`volumes[0]: /etc ${hostPath}`,
			`volumes[1]: ./src ${hostPath}`,
			`volumes[2]: /tmp ${hostPath}`,
		],
	],
	[
		'paths that climb out of /tmp, or reach locks',
		{ volumes: ['/tmp/../etc:/a', '/tmp/balena-supervisor/services:/b'] },
		[
			`volumes[0]: /tmp/../etc ${hostPath}`,
			`volumes[1]: /tmp/balena-supervisor/services ${hostPath}`,
		],
	],
	[
		'options of mounts',
		{
			volumes: [
				'data:/data:ro,z',
				{ type: 'bind', source: '/tmp/x', target: '/x', bind: { propagation: 'shared' } },
				{ type: 'cluster', source: 'x', target: '/y' },
			],
		},
		[
			'volumes[1].bind.propagation: mounts do not propagate',
			'volumes[0]: z has no effect',
			'volumes[2]: mounts of type cluster are not supported',
		],
	],
];

describe('what has no effect in a composition', () => {
	for (const [name, given, expected] of cases) {
		it(`must be told: ${name}`, () => {
			expect(ignoredIn(given)).to.deep.equal(expected);
		});
	}
});

import { expect } from 'chai';
import { digest, type specOf } from './testing/spec-of.ts';

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

	const shuffled: readonly (readonly [string, unknown, unknown])[] = [
		['volumes', ['a:/a', 'b:/b', '/c'], ['/c', 'b:/b', 'a:/a']],
		['devices', ['/dev/a', '/dev/b'], ['/dev/b', '/dev/a']],
		['cap_add', ['A', 'B'], ['B', 'A']],
		['cap_drop', ['A', 'B'], ['B', 'A']],
		['dns_opt', ['a', 'b'], ['b', 'a']],
		['tmpfs', ['/a', '/b'], ['/b', '/a']],
		['extra_hosts', ['a:1.1.1.1', 'b:1.1.1.1'], ['b:1.1.1.1', 'a:1.1.1.1']],
		['group_add', ['a', 'b'], ['b', 'a']],
		['security_opt', ['a=b', 'c=d'], ['c=d', 'a=b']],
		['ports', ['1:5', '2:5', '9:3'], ['9:3', '2:5', '1:5']],
		['expose', ['1', '2'], ['2', '1']],
		['ulimits', { a: 1, b: 2 }, { b: 2, a: 1 }],
		['sysctls', { a: 1, b: 2 }, ['b=2', 'a=1']],
	];
	for (const [name, first, second] of shuffled) {
		it(`must not change with the order of ${name}`, () => {
			const of = (given: unknown) => digest({ compose: { [name]: given } });
			expect(of(first)).to.equal(of(second)).and.not.equal(plain);
		});
	}

	for (const name of ['dns', 'dns_search']) {
		it(`must change with the order of ${name}`, () => {
			const of = (...list: string[]) => digest({ compose: { [name]: list } });
			expect(of('1.1.1.1', '2.2.2.2')).to.not.equal(of('2.2.2.2', '1.1.1.1'));
		});
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

	it('must be the same for what both generations of the command line post', () => {
		const common = {
			environment: { A: '1', C: '' },
			depends_on: ['side'],
			ports: ['8080:80', '127.0.0.1:9000:9000/udp'],
			ulimits: { nofile: 1024 },
			extra_hosts: ['a:1.2.3.4'],
			healthcheck: { test: ['CMD', 'true'], interval: '30s' },
			stop_grace_period: '1m30s',
		};
		const newer = {
			...common,
			command: null,
			networks: { mynet: null },
			mem_limit: '67108864',
			tmpfs: ['/tmp'],
			devices: ['/dev/null:/dev/xnull:rwm'],
			sysctls: { 'net.core.somaxconn': '1024' },
			labels: { 'io.balena.features.balena-socket': '1' },
		};
		const older = {
			...common,
			networks: ['mynet'],
			mem_limit: '64m',
			tmpfs: '/tmp',
			devices: ['/dev/null:/dev/xnull'],
			sysctls: { 'net.core.somaxconn': 1024 },
			labels: { 'io.balena.features.balena-socket': 1 },
		};
		const of = (compose: object) =>
			digest(
				{ compose: { ...compose } },
				{ services: { side: {}, web: { compose: { ...compose } } }, networks: { mynet: {} } },
			);
		expect(of(newer)).to.equal(of(older)).and.not.equal(plain);
	});

	it('must not change with the release of the neighbour whose network is shared', () => {
		const web = { compose: { network_mode: 'service:db' } };
		const sketch = { services: { db: {}, web } };
		expect(digest(web, sketch)).to.equal(digest(web, { ...sketch, commit: 'c2' }));
	});
});

import type { AppSketch, ServiceSketch } from '../../../src/plan/testing/sketch.ts';
import { baseImage as image } from './images.ts';

const sleep = { command: 'sleep 1000', stop_grace_period: '1s' };

const services = {
	host: { image, compose: { ...sleep, network_mode: 'host' } },
	none: { image, compose: { ...sleep, network_mode: 'none' } },
	bridge: { image, compose: { ...sleep, network_mode: 'bridge', stop_grace_period: '0s' } },
	full: {
		image,
		environment: { MODE: 'a' },
		labels: { 'io.balena.features.supervisor-api': '1', 'io.balena.features.procfs': '1' },
		compose: {
			...sleep,
			networks: { default: null, back: { aliases: ['x'], ipv4_address: '10.99.88.5' } },
			ports: ['127.0.0.1:38181:80', '81/udp'],
			expose: ['90'],
			volumes: [
				'data:/data:ro',
				'/anonymous',
				{ type: 'tmpfs', target: '/t', tmpfs: { size: '1m' } },
			],
			tmpfs: '/run:size=1m',
			ulimits: { nofile: 1024 },
			mem_limit: '32m',
			mem_reservation: '16m',
			cpu_shares: 512,
			cpus: '0.5',
			cap_add: ['NET_ADMIN'],
			cap_drop: ['MKNOD'],
			devices: ['/dev/null:/dev/xnull'],
			dns: '1.1.1.1',
			dns_search: ['example'],
			extra_hosts: { a: '1.2.3.4' },
			healthcheck: { test: 'true', interval: '5s', start_period: '1s' },
			user: '0:0',
			working_dir: '/tmp/',
			hostname: 'h',
			init: true,
			sysctls: { 'net.core.somaxconn': 1024 },
			shm_size: '16m',
			oom_score_adj: 10,
			group_add: [5],
			pids_limit: 100,
			read_only: true,
			restart: 'on-failure:2',
			mac_address: '02:42:ac:11:65:43',
			depends_on: { host: { condition: 'service_started', restart: true } },
		},
	},
	process: {
		image,
		labels: { mine: 'x' },
		compose: {
			...sleep,
			entrypoint: ['/bin/sh', '-c', 'exec "$0" "$@"'],
			environment: { MODE: 'a' },
			tty: false,
			stdin_open: true,
			stop_signal: 'SIGINT',
			domainname: 'example.org',
			dns_opt: ['timeout:3'],
			init: false,
			runtime: 'runc',
			platform: `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`,
			logging: { driver: 'json-file', options: { 'max-size': '1m', 'max-file': 2 } },
			expose: ['8000-8002', '53/udp'],
			ports: [{ target: 80, published: '38200-38210', host_ip: '127.0.0.1' }],
			networks: { back: { priority: 10, driver_opts: { note: 'x' } }, default: null },
			deploy: { resources: { limits: { memory: '32m', pids: 50 } } },
		},
	},
	guarded: {
		image,
		compose: {
			...sleep,
			privileged: true,
			security_opt: ['apparmor=unconfined', 'label=disable'],
			device_cgroup_rules: ['c 13:* rw'],
			ipc: 'private',
			pid: 'host',
			uts: 'host',
			cgroup: 'host',
			userns_mode: 'host',
			cgroup_parent: '/holdfast-tests',
			volumes: [
				'/tmp/holdfast-tests:/shared:ro',
				{ type: 'tmpfs', target: '/t', read_only: true, tmpfs: { mode: '700' } },
				{ type: 'volume', source: 'data', target: '/d', volume: { nocopy: true } },
				{ type: 'bind', source: '/tmp/holdfast-tests', target: '/other' },
			],
		},
	},
	limited: {
		image,
		compose: {
			...sleep,
			cpu_quota: 50_000,
			cpu_period: '100ms',
			cpuset: '0',
			mem_limit: '32m',
			memswap_limit: '64m',
			mem_swappiness: 10,
			oom_kill_disable: true,
			ulimits: { nofile: { soft: 512, hard: 1024 }, core: 0 },
		},
	},
	featured: {
		image,
		labels: {
			...features('journal-logs', 'dbus', 'kernel-modules', 'firmware', 'sysfs', 'procfs'),
			...features('balena-socket', 'balena-api', 'supervisor-api', 'host-os.board-rev'),
			...features('extra-firmware'),
		},
		compose: sleep,
	},
	/** What the computer of the tests has not: it is made, but not started. */
	absent: {
		image,
		running: false,
		labels: features('gpu'),
		compose: {
			...sleep,
			gpus: [{ driver: 'nvidia', device_ids: ['0'], options: { a: 'b' } }],
			devices: ['vendor.com/class=one'],
			cpu_shares: 2,
			blkio_config: {
				device_read_bps: [{ path: '/dev/sda', rate: '10m' }],
				device_write_iops: [{ path: '/dev/sda', rate: 100 }],
			},
		},
	},
	shared: { image, compose: { ...sleep, network_mode: 'service:full' } },
	joined: { image, compose: { ...sleep, ipc: 'service:featured', pid: 'service:featured' } },
} satisfies Readonly<Record<string, ServiceSketch>>;

/** An app that says every field of a composition, over all kinds of networks. */
export const everyField = {
	uuid: 'roundtrip',
	id: 770_001,
	services,
	networks: {
		back: { ipam: { config: [{ subnet: '10.99.88.0/24', gateway: '10.99.88.1' }] } },
		closed: {
			driver: 'bridge',
			driver_opts: { 'com.docker.network.bridge.name': 'hf-closed' },
			internal: true,
			enable_ipv6: true,
			labels: ['note=x'],
			ipam: {
				driver: 'default',
				options: { note: 'x' },
				config: [
					{
						subnet: '10.99.89.0/24',
						gateway: '10.99.89.1',
						ip_range: '10.99.89.128/25',
						aux_addresses: { printer: '10.99.89.7' },
					},
					{ subnet: 'fd00:99::/64' },
				],
			},
		},
		template: { config_only: true },
	},
	volumes: {
		data: { labels: { kept: 'yes' } },
		memory: {
			driver: 'local',
			driver_opts: { type: 'tmpfs', device: 'tmpfs', o: 'size=1m' },
		},
	},
} satisfies AppSketch;

function features(...names: readonly string[]): Record<string, string> {
	return Object.fromEntries(names.map((name) => [`io.balena.features.${name}`, '1']));
}

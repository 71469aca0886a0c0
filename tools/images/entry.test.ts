import { spawnSync } from 'node:child_process';
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	readlinkSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';

const ENTRY = join(import.meta.dirname, '../../entry.sh');
const PEM = '-----BEGIN CERTIFICATE-----\nprivate\n-----END CERTIFICATE-----\n';

describe('entry.sh', () => {
	let folder: string;
	let root: string;

	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'holdfast-entry-'));
		root = join(folder, 'root');
		mkdirSync(join(root, 'tmp'), { recursive: true });
		mkdirSync(join(folder, 'bin'));
		// Stands in for Node: prints what it was given.
		writeFileSync(join(folder, 'bin/node'), '#!/bin/sh\necho "ARGS=$*"\nenv\n');
		chmodSync(join(folder, 'bin/node'), 0o755);
	});

	afterEach(() => rmSync(folder, { recursive: true }));

	function enter(env: Record<string, string> = {}) {
		const { stdout, stderr, status } = spawnSync('/bin/sh', [ENTRY], {
			encoding: 'utf8',
			env: {
				PATH: `${join(folder, 'bin')}:/usr/bin:/bin`,
				TMPDIR: folder,
				ROOT_MOUNTPOINT: root,
				...env,
			},
		});
		const seen = new Map(
			stdout.split('\n').map((line): [string, string] => {
				const at = line.indexOf('=');
				return [line.slice(0, at), line.slice(at + 1)];
			}),
		);
		return { seen, stderr, status };
	}

	it('must start the bundle', () => {
		const { seen, status } = enter();
		expect(status).to.equal(0);
		expect(seen.get('ARGS')).to.match(/ \/usr\/src\/app\/dist\/main\.cjs$/);
	});

	it('must reach an unmounted partition through the host', () => {
		mkdirSync(join(root, 'mnt/boot'), { recursive: true });
		expect(existsSync('/mnt/boot')).to.equal(false, 'this test needs a machine without /mnt/boot');
		const { seen } = enter({ DATA_MOUNTPOINT: '/somewhere' });
		expect(seen.get('BOOT_MOUNTPOINT')).to.equal(join(root, 'mnt/boot'));
		expect(seen.get('STATE_MOUNTPOINT')).to.equal('/mnt/state');
		expect(seen.get('DATA_MOUNTPOINT')).to.equal('/somewhere');
	});

	it('must reach a partition through the host, too, where the OS tells its place on the host', () => {
		for (const name of ['boot', 'state', 'data']) {
			mkdirSync(join(root, `mnt/${name}`), { recursive: true });
		}
		const { seen } = enter({ BOOT_MOUNTPOINT: '/mnt/boot', STATE_MOUNTPOINT: '' });
		expect(seen.get('BOOT_MOUNTPOINT')).to.equal(join(root, 'mnt/boot'));
		expect(seen.get('STATE_MOUNTPOINT')).to.equal(join(root, 'mnt/state'));
		expect(seen.get('DATA_MOUNTPOINT')).to.equal(join(root, 'mnt/data'));
	});

	it('must take config.json as it is mounted by itself only where the boot partition has none', () => {
		const legacy = join(folder, 'legacy.json');
		writeFileSync(legacy, '{}');
		mkdirSync(join(root, 'mnt/boot'), { recursive: true });
		const env = { LEGACY_CONFIG: legacy };
		expect(enter(env).seen.get('CONFIG_MOUNT_POINT')).to.equal(legacy);
		writeFileSync(join(root, 'mnt/boot/config.json'), '{}');
		expect(enter(env).seen.has('CONFIG_MOUNT_POINT')).to.equal(false);
		const told = { ...env, CONFIG_MOUNT_POINT: '/elsewhere.json' };
		expect(enter(told).seen.get('CONFIG_MOUNT_POINT')).to.equal('/elsewhere.json');
	});

	it('must have the host load what the firewall needs for IPv6, where the kernel has it not yet', () => {
		const said = join(folder, 'chroot-said');
		writeFileSync(join(folder, 'bin/chroot'), `#!/bin/sh\necho "$*" >>${said}\nexit 1\n`);
		chmodSync(join(folder, 'bin/chroot'), 0o755);
		const { status } = enter();
		expect(status, 'also where the host cannot').to.equal(0);
		const isLoaded = existsSync('/proc/net/ip6_tables_names');
		const wanted = isLoaded ? '' : `${root} modprobe ip6_tables\n`;
		expect(existsSync(said) ? readFileSync(said, 'utf8') : '').to.equal(wanted);
		rmSync(said, { force: true });
		enter({ IPTABLES_FOLDER: '' });
		expect(existsSync(said), 'without a firewall').to.equal(false);
	});

	it('must look for D-Bus on the host', () => {
		const address = enter().seen.get('DBUS_SYSTEM_BUS_ADDRESS');
		expect(address).to.equal(`unix:path=${root}/run/dbus/system_bus_socket`);
	});

	it('must make the folder of update locks', () => {
		enter();
		expect(existsSync(join(root, 'tmp/balena-supervisor'))).to.equal(true);
	});

	it('must lead the new name of the lock folder to the old one where only that is there', () => {
		mkdirSync(join(root, 'tmp/resin-supervisor'));
		enter();
		expect(readlinkSync(join(root, 'tmp/balena-supervisor'))).to.equal('resin-supervisor');
	});

	it('must trust a private authority beside the one it was given', () => {
		const given = join(folder, 'given.pem');
		writeFileSync(given, 'given\n');
		const { seen } = enter({
			BALENA_ROOT_CA: Buffer.from(PEM).toString('base64'),
			NODE_EXTRA_CA_CERTS: given,
		});
		expect(readFileSync(seen.get('NODE_EXTRA_CA_CERTS') ?? '', 'utf8')).to.equal(`${PEM}given\n`);
	});

	it('must start all the same with a certificate that is none', () => {
		const { seen, stderr, status } = enter({ BALENA_ROOT_CA: 'what?' });
		expect(status).to.equal(0);
		expect(stderr).to.contain('BALENA_ROOT_CA');
		expect(seen.has('NODE_EXTRA_CA_CERTS')).to.equal(false);
	});
});

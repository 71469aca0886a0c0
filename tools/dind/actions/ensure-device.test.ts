import { expect } from 'chai';
import { toDindNames } from '../commands/names.ts';
import { createFakeShell } from '../testing/fake-shell.ts';
import type { FakeAnswer } from '../testing/fake-shell.ts';
import type { WantedDevice } from './ensure-device.ts';
import { ensureDevice } from './ensure-device.ts';

const names = toDindNames('t');
const progress = { say: () => undefined, update: () => undefined, elapsedSeconds: () => 0 };

const wanted: WantedDevice = {
	container: {
		names,
		image: 'holdfast/dind-device:latest',
		missingCapabilities: [],
		cgroupVersion: 2,
		optionsDigest: 'options',
		api: { host: 1, container: 48484 },
		page: { host: 2, container: 80 },
		folders: [],
		env: {},
	},
	identity: 'identity',
	files: { config: '{}', supervisorConf: '' },
	clean: true,
	ports: [],
};

const inspectContainer = 'docker inspect --type container --format';

const absent = { code: 1 };

const world = (state: FakeAnswer, options: string, identity: FakeAnswer) => ({
	[`${inspectContainer} '{{.State.Status}}'`]: state,
	[`${inspectContainer} '{{index`]: options,
	'docker volume inspect': identity,
	'docker volume create': '',
	'docker volume rm': '',
	'docker create': '',
	'docker rm': '',
	'docker cp t-device:': identity === 'identity' ? '' : absent,
	'docker cp': '',
	'docker start': '',
});

async function changesOf(rules: Record<string, FakeAnswer>, given: Partial<WantedDevice> = {}) {
	const shell = createFakeShell(rules);
	const outcome = await ensureDevice({ shell, progress }, { ...wanted, ...given });
	const changes = shell.ran.filter((line) => !line.includes(' inspect '));
	return { outcome, changes: changes.map((line) => line.split(' ').slice(0, 3).join(' ')), shell };
}

describe('ensureDevice', () => {
	it('must leave a device alone that runs as wanted', async () => {
		const { outcome, changes } = await changesOf(world('running', 'options', 'identity'));
		expect(outcome).to.equal('running');
		expect(changes).to.deep.equal([]);
	});

	it('must start a device again that has ended', async () => {
		const { outcome, changes } = await changesOf(world('exited', 'options', 'identity'));
		expect(outcome).to.equal('started');
		expect(changes).to.deep.equal(['docker start t-device']);
	});

	it('must make a device with its configuration in place before it starts', async () => {
		const { outcome, shell } = await changesOf(world(absent, '', absent));
		expect(outcome).to.equal('made');
		const copied = shell.ran.filter((line) => /^docker cp .* t-device:/.test(line));
		expect(copied.map((line) => line.split(' ').at(-1))).to.deep.equal([
			't-device:/etc/holdfast/supervisor.conf',
			't-device:/mnt/boot/config.json',
		]);
		expect(shell.ran.at(-1)).to.equal('docker start t-device');
	});

	it('must hand over apps and backup before the configuration, which says that all is there', async () => {
		const files = { ...wanted.files, apps: '[]', backup: '/home/me/backup.tgz' };
		const { shell } = await changesOf(world(absent, '', absent), { files });
		const copied = shell.ran.filter((line) => /^docker cp .* t-device:/.test(line));
		expect(copied.map((line) => line.split(' ').at(-1))).to.have.members([
			't-device:/etc/holdfast/supervisor.conf',
			't-device:/mnt/data/backup.tgz',
			't-device:/mnt/data/apps.json',
			't-device:/mnt/boot/config.json',
		]);
		expect(copied).to.include('docker cp /home/me/backup.tgz t-device:/mnt/data/backup.tgz');
		expect(copied.at(-1)).to.match(/config\.json$/);
	});

	it('must not hand the backup over again to a device that has its configuration', async () => {
		const files = { ...wanted.files, backup: '/home/me/backup.tgz' };
		const { shell } = await changesOf(world('running', 'others', 'identity'), { files });
		expect(shell.ran.some((line) => line.includes('backup.tgz'))).to.equal(false);
	});

	it('must keep volumes and identity of a device that is made from other options', async () => {
		const { shell, changes } = await changesOf(world('running', 'others', 'identity'));
		expect(changes[0]).to.equal('docker rm --force');
		expect(changes).to.not.include('docker volume rm');
		expect(shell.ran.some((line) => line.endsWith('config.json'))).to.equal(false);
	});

	it('must hand over the configuration that an interrupted run did not', async () => {
		const interrupted = { ...world(absent, '', 'identity'), 'docker cp t-device:': absent };
		const { shell } = await changesOf(interrupted);
		expect(shell.ran.some((line) => line.endsWith('t-device:/mnt/boot/config.json'))).to.equal(
			true,
		);
	});

	it('must make a new device, volumes and all, for another configuration', async () => {
		const { shell } = await changesOf(world('running', 'options', 'other identity'));
		expect(shell.ran).to.include('docker volume rm --force t-docker t-boot t-state t-data');
	});

	it('must keep data and images of the device for another configuration, when asked to', async () => {
		const { shell } = await changesOf(world('running', 'options', 'other'), { clean: false });
		expect(shell.ran).to.include('docker volume rm --force t-boot');
	});

	it('must leave no half-made container behind', async () => {
		const rules = { ...world(absent, '', absent), 'docker start': { code: 1, stderr: 'no' } };
		const shell = createFakeShell(rules);
		await ensureDevice({ shell, progress }, wanted).then(
			() => expect.fail('must fail'),
			(thrown: unknown) => expect(String(thrown)).to.include('docker start t-device'),
		);
		expect(shell.ran.slice(-2)).to.deep.equal([
			'docker rm --force --volumes t-device',
			'docker volume rm --force t-boot',
		]);
	});
});

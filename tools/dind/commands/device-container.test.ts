import { expect } from 'chai';
import { toShellText } from './argv.ts';
import { createCloud } from './cloud-container.ts';
import type { DeviceContainer } from './device-container.ts';
import { createDevice } from './device-container.ts';
import { toDindNames } from './names.ts';

const device = (given: Partial<DeviceContainer> = {}): DeviceContainer => ({
	names: toDindNames('holdfast'),
	image: 'holdfast/dind-device:latest',
	missingCapabilities: [],
	cgroupVersion: 2,
	optionsDigest: 'abc',
	api: { host: 48484, container: 48484 },
	page: { host: 8080, container: 80 },
	folders: [],
	env: {},
	...given,
});

const commonStart =
	'docker create --name holdfast-device --hostname holdfast-device ' +
	'--label io.holdfast.dind=holdfast --label io.holdfast.options=abc ' +
	'--label io.holdfast.api-port=48484 --label io.holdfast.page-port=8080 ' +
	'--restart unless-stopped --network holdfast-net ' +
	'--publish 127.0.0.1:48484:48484 --publish 127.0.0.1:8080:80 ';
const commonEnd =
	'--tmpfs /run --tmpfs /run/lock --tmpfs /tmp:exec ' +
	'--volume holdfast-docker:/var/lib/docker --volume holdfast-boot:/mnt/boot ' +
	'--volume holdfast-state:/mnt/state --volume holdfast-data:/mnt/data ';

describe('createDevice', () => {
	it('must run a privileged container where the host allows it', () => {
		expect(toShellText(createDevice(device()))).to.equal(
			`${commonStart}--privileged --cgroupns private ${commonEnd}holdfast/dind-device:latest`,
		);
	});

	it('must grant all rights one by one where the bounding set lacks one, and share cgroups of version 1', () => {
		const argv = createDevice(device({ missingCapabilities: ['SYS_RESOURCE'], cgroupVersion: 1 }));
		expect(toShellText(argv)).to.include(
			'--cap-add ALL --cap-drop SYS_RESOURCE --security-opt seccomp=unconfined ' +
				'--security-opt apparmor=unconfined --security-opt systempaths=unconfined ' +
				"--device-cgroup-rule 'a *:* rwm' " +
				'--cgroupns host --volume /sys/fs/cgroup:/sys/fs/cgroup:rw',
		);
	});

	it('must publish every port on 127.0.0.1 only', () => {
		const argv = createDevice(
			device({
				ssh: { host: 22222, container: 22222 },
				engine: { host: 12375, container: 2375 },
			}),
		);
		const published = argv.filter((_, index) => argv[index - 1] === '--publish');
		expect(published).to.deep.equal([
			'127.0.0.1:48484:48484',
			'127.0.0.1:8080:80',
			'127.0.0.1:22222:22222',
			'127.0.0.1:12375:2375',
		]);
	});

	it('must have a host name without a domain', () => {
		const argv = createDevice(device({ names: toDindNames('holdfast.2') }));
		expect(toShellText(argv)).to.include('--name holdfast.2-device --hostname holdfast-2-device ');
		expect(toShellText(argv)).to.include('--network holdfast-net ');
	});

	it('must hand over shared folders and variables', () => {
		const argv = createDevice(
			device({
				folders: [{ source: '/repo/dist', target: '/mnt/dist' }],
				env: { SUPERVISOR_IMAGE: 'a:b' },
			}),
		);
		expect(toShellText(argv)).to.match(
			/--volume \/repo\/dist:\/mnt\/dist --env SUPERVISOR_IMAGE=a:b holdfast\/dind-device:latest$/,
		);
	});
});

describe('createCloud', () => {
	it('must run the cloud beside the device, published on 127.0.0.1 only', () => {
		const argv = createCloud({
			names: toDindNames('t'),
			image: 'holdfast/dev-cloud:latest',
			optionsDigest: 'abc',
			api: { host: 1, container: 80 },
			registry: { host: 2, container: 5000 },
			aliases: ['api.holdfast.test'],
			dataDir: '/data',
			env: {},
		});
		expect(toShellText(argv)).to.equal(
			'docker create --name t-cloud --hostname t-cloud --label io.holdfast.dind=t ' +
				'--label io.holdfast.options=abc --label io.holdfast.cloud-port=1 ' +
				'--label io.holdfast.registry-port=2 --restart unless-stopped --init --network t-net ' +
				'--network-alias api.holdfast.test --publish 127.0.0.1:1:80 --publish 127.0.0.1:2:5000 ' +
				'--volume t-cloud:/data holdfast/dev-cloud:latest',
		);
	});
});

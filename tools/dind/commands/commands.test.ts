import { expect } from 'chai';
import { toShellText } from './argv.ts';
import type { Argv } from './argv.ts';
import { buildImage } from './images.ts';
import {
	deviceShell,
	findServices,
	journalctl,
	loadImage,
	readApiKey,
	restartSupervisor,
	serviceShell,
} from './inside.ts';
import { isUsableName, toDindNames, toMemberName, toSupervisorImage } from './names.ts';
import {
	createNetwork,
	createVolume,
	listContainers,
	listDevices,
	listNetworks,
	listVolumes,
	removeContainers,
	removeVolumes,
} from './objects.ts';

const names = toDindNames('holdfast');
const second = toDindNames('holdfast.2');
const journal = ['-fn', '100', '-u', 'resin-supervisor-dind'];

const cases: readonly { readonly argv: Argv; readonly text: string }[] = [
	{
		argv: createNetwork(names, '10.213.1.0/24'),
		text: 'docker network create --label io.holdfast.dind=holdfast --subnet 10.213.1.0/24 holdfast-net',
	},
	{
		argv: createVolume(names.volumes.boot, names),
		text: 'docker volume create --label io.holdfast.dind=holdfast holdfast-boot',
	},
	{
		argv: listContainers(names),
		text: "docker ps --all --filter label=io.holdfast.dind=holdfast --format '{{.Names}}'",
	},
	{
		argv: listVolumes(names),
		text: "docker volume ls --filter label=io.holdfast.dind=holdfast --format '{{.Name}}'",
	},
	{
		argv: listNetworks(names),
		text: "docker network ls --filter label=io.holdfast.dind=holdfast --format '{{.Name}}'",
	},
	{ argv: removeContainers(['a', 'b']), text: 'docker rm --force --volumes a b' },
	{ argv: removeVolumes(['a', 'b']), text: 'docker volume rm --force a b' },
	{
		argv: journalctl(names, journal, { terminal: false }),
		text: 'docker exec holdfast-device journalctl -fn 100 -u resin-supervisor-dind',
	},
	{
		argv: journalctl(names, journal, { terminal: true }),
		text: 'docker exec --interactive --tty holdfast-device journalctl -fn 100 -u resin-supervisor-dind',
	},
	{
		argv: deviceShell(names, [], { terminal: true }),
		text: 'docker exec --interactive --tty holdfast-device bash -l',
	},
	{
		argv: listDevices(),
		text: `docker ps --all --filter label=io.holdfast.dind --format '{{.Label "io.holdfast.dind"}} {{.Names}}'`,
	},
	{
		argv: createNetwork(second, '10.213.1.0/24'),
		text: 'docker network create --label io.holdfast.dind=holdfast --subnet 10.213.1.0/24 holdfast-net',
	},
	{
		argv: createVolume(second.volumes.boot, second),
		text: 'docker volume create --label io.holdfast.dind=holdfast.2 holdfast.2-boot',
	},
	{
		argv: findServices(names),
		text:
			'docker exec holdfast-device docker ps --all --filter label=io.balena.service-name ' +
			`--format '{{.ID}} {{.State}} {{.Label "io.balena.service-name"}} {{.Names}}'`,
	},
	{
		argv: serviceShell(names, 'abc', { command: [], terminal: true }),
		text:
			'docker exec --interactive --tty holdfast-device docker exec --interactive --tty abc ' +
			"sh -c 'command -v bash >/dev/null && exec bash -l; exec sh -l'",
	},
	{
		argv: serviceShell(names, 'abc', { command: ['env'], terminal: false }),
		text: 'docker exec --interactive holdfast-device docker exec --interactive abc env',
	},
	{
		argv: readApiKey(names),
		text: 'docker exec holdfast-device docker exec balena_supervisor node /usr/src/app/dist/main.cjs api-key',
	},
	{
		argv: restartSupervisor(names),
		text: 'docker exec holdfast-device systemctl restart resin-supervisor-dind',
	},
	{
		argv: loadImage(names),
		text: 'docker exec --interactive holdfast-device docker load',
	},
	{
		argv: buildImage({
			image: 'holdfast/dind-device:latest',
			contextDir: 'tools/dind/image',
			inputs: 'abc',
			buildArgs: { A: 'b c' },
		}),
		text: "docker build --tag holdfast/dind-device:latest --label io.holdfast.inputs=abc --build-arg 'A=b c' tools/dind/image",
	},
];

describe('command lines of dindctl', () => {
	for (const { argv, text } of cases) {
		it(`must be exactly: ${text}`, () => {
			expect(toShellText(argv)).to.equal(text);
		});
	}
});

describe('names of a device', () => {
	it('must begin with the name that was asked for', () => {
		const { device, cloud, network, volumes } = toDindNames('second');
		expect([device, cloud, network, ...Object.values(volumes)]).to.deep.equal([
			'second-device',
			'second-cloud',
			'second-net',
			'second-docker',
			'second-boot',
			'second-state',
			'second-data',
		]);
	});

	it('must be of the group for what its devices share', () => {
		const { device, cloud, network, cloudVolume, volumes, number } = toDindNames('lab.x.12');
		expect([device, volumes.data]).to.deep.equal(['lab.x.12-device', 'lab.x.12-data']);
		expect([cloud, cloudVolume, network]).to.deep.equal([
			...['lab.x-cloud', 'lab.x-cloud', 'lab.x-net'],
		]);
		expect(number).to.equal(12);
	});

	it('must not take any number for a place in a group', () => {
		const groups = ['a.1', 'a.0', 'a.02', 'a2', 'a-2'].map((name) => toDindNames(name).group);
		expect(groups).to.deep.equal(['a.1', 'a.0', 'a.02', 'a2', 'a-2']);
		expect([1, 2, 3].map((number) => toMemberName('a', number))).to.deep.equal([
			...['a', 'a.2', 'a.3'],
		]);
	});

	it('must be refused where the engine would refuse them', () => {
		expect(['holdfast', 'a-1', 'x_y.z'].every(isUsableName)).to.equal(true);
		expect(['', '-a', 'A', 'a b', 'a/b', 'a'.repeat(50)].some(isUsableName)).to.equal(false);
	});

	it('must name the supervisor image by architecture and tag', () => {
		expect(toSupervisorImage('amd64', 'master')).to.equal('holdfast/amd64-supervisor:master');
		expect(toSupervisorImage('aarch64', 'v1')).to.equal('holdfast/aarch64-supervisor:v1');
	});
});

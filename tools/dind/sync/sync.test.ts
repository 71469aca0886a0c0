import { expect } from 'chai';
import { toShellText } from '../commands/argv.ts';
import {
	copyDist,
	findSupervisor,
	NO_ENGINE,
	NO_SUPERVISOR,
	NOT_BACK,
	packFolder,
	restartContainer,
} from './commands.ts';
import { explainFailure } from './failures.ts';

const ssh = { kind: 'ssh', host: '10.0.0.7', port: 22222 } as const;
const engine = { kind: 'engine', host: '10.0.0.7', port: 2375 } as const;
const place = { engine: 'balena-engine', container: 'balena_supervisor' };

describe('command lines of sync', () => {
	it('must go over ssh as root, with a host key that may change', () => {
		expect(toShellText(copyDist(ssh, place))).to.equal(
			'ssh -p 22222 -o ConnectTimeout=10 -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null ' +
				"-o LogLevel=ERROR root@10.0.0.7 'balena-engine cp - balena_supervisor:/usr/src/app/dist'",
		);
	});

	it('must reach the engine directly when asked to', () => {
		expect(toShellText(copyDist(engine, { ...place, engine: 'docker' }))).to.equal(
			"env DOCKER_HOST=tcp://10.0.0.7:2375 sh -c 'docker cp - balena_supervisor:/usr/src/app/dist'",
		);
	});

	it('must pack the folder itself, not its path', () => {
		expect(packFolder('/repo/dist')).to.deep.equal(['tar', '-C', '/repo/dist', '-cf', '-', '.']);
	});

	it('must restart the unit that holds the container, and without ssh the container itself', () => {
		expect(toShellText(restartContainer(ssh, place))).to.include('systemctl restart $u');
		const direct = toShellText(restartContainer(engine, place));
		expect(direct).to.not.include('systemctl');
		expect(direct).to.include('balena-engine restart -t 10 balena_supervisor');
	});

	it('must look for both names of the supervisor', () => {
		expect(toShellText(findSupervisor(ssh))).to.include('balena_supervisor resin_supervisor');
	});
});

describe('explainFailure', () => {
	const cases = [
		{ code: 127, stderr: 'spawn ssh ENOENT', says: /no ssh on this computer/ },
		{ code: 255, stderr: 'ssh: connect to host x port 1: Connection refused', says: /refuses ssh/ },
		{ code: 255, stderr: 'ssh: Could not resolve hostname nope', says: /not a known host/ },
		{ code: 255, stderr: 'ssh: connect to host: Connection timed out', says: /does not answer/ },
		{ code: 255, stderr: 'root@x: Permission denied (publickey).', says: /lets root in neither/ },
		{ code: 255, stderr: 'kex_exchange_identification: closed', says: /before ssh is up/ },
		{ code: NO_ENGINE, stderr: '', says: /no container engine that answers/ },
		{ code: NOT_BACK, stderr: '', says: /did not come up again/ },
		{ code: NO_SUPERVISOR, stderr: '', says: /no supervisor container/ },
	];
	for (const { code, stderr, says } of cases) {
		it(`must say what to do about exit code ${code} ${stderr}`, () => {
			const error = explainFailure(ssh, { code, stderr, stdout: '' });
			expect(error.message).to.match(says);
			expect(error.todo).to.be.a('string');
		});
	}
});

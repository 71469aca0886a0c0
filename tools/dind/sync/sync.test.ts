import { expect } from 'chai';
import { toShellText } from '../commands/argv.ts';
import {
	closeConnection,
	deliver,
	findSupervisor,
	followLog,
	NO_ENGINE,
	NO_SUPERVISOR,
	NOT_BACK,
	NOT_COPIED,
	NOT_WELL,
	packFolder,
	reset,
} from './commands.ts';
import { explainFailure } from './failures.ts';

const ssh = { kind: 'ssh', host: '10.0.0.7', port: 22222 } as const;
const engine = { kind: 'engine', host: '10.0.0.7', port: 2375 } as const;
const place = { engine: 'balena-engine', container: 'balena_supervisor' };

describe('command lines of sync', () => {
	it('must go over ssh as root, with a host key that may change, and ask for no password', () => {
		expect(toShellText(followLog(ssh, place, '2026-01-01T00:00:00Z'))).to.equal(
			'ssh -p 22222 -o ConnectTimeout=10 -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null ' +
				"-o LogLevel=ERROR -o BatchMode=yes root@10.0.0.7 'balena-engine logs --follow " +
				"--since 2026-01-01T00:00:00Z balena_supervisor'",
		);
	});

	it('must keep one connection open where there is a socket for it, and close it', () => {
		const shared = { ...ssh, controlPath: '/tmp/s' };
		const options = '-o ControlMaster=auto -o ControlPath=/tmp/s -o ControlPersist=60';
		expect(toShellText(findSupervisor(shared))).to.include(options);
		expect(toShellText(closeConnection(shared))).to.match(/-O exit root@10\.0\.0\.7$/);
	});

	it('must reach the engine directly when asked to', () => {
		expect(toShellText(followLog(engine, { ...place, engine: 'docker' }, 't'))).to.equal(
			"env DOCKER_HOST=tcp://10.0.0.7:2375 sh -c 'docker logs --follow --since t balena_supervisor'",
		);
	});

	it('must take an address of IPv6', () => {
		const six = { kind: 'engine', host: 'fd00::7', port: 2375 } as const;
		expect(findSupervisor(six)[1]).to.equal('DOCKER_HOST=tcp://[fd00::7]:2375');
		expect(findSupervisor({ ...six, kind: 'ssh' })).to.include('root@fd00::7');
	});

	it('must pack the folder itself, not its path', () => {
		expect(packFolder('/repo/dist')).to.deep.equal(['tar', '-C', '/repo/dist', '-cf', '-', '.']);
	});

	it('must copy, restart the unit that holds the container, and wait until it is well', () => {
		const text = deliver(ssh, place).at(-1) ?? '';
		const parts = [
			'balena-engine cp - balena_supervisor:/usr/src/app/dist || exit 36',
			'systemctl restart $u',
			'balena-engine exec balena_supervisor /usr/src/app/healthcheck.sh',
			'echo "$started"',
		].map((part) => text.indexOf(part));
		expect(parts).to.not.include(-1);
		expect(parts).to.deep.equal([...parts].sort((one, other) => one - other));
	});

	it('must restart the container itself without ssh', () => {
		const direct = deliver(engine, place).at(-1);
		expect(direct).to.not.include('systemctl');
		expect(direct).to.include('balena-engine restart -t 10 balena_supervisor');
	});

	it('must remove the container for the released image, held back from the unit meanwhile', () => {
		const text = reset(ssh, place).at(-1) ?? '';
		expect(text).to.match(/systemctl stop [^]*rm --force balena_supervisor[^]*systemctl start/);
		expect(reset(engine, place).at(-1)).to.not.include('systemctl');
	});

	it('must look for both names of the supervisor', () => {
		expect(toShellText(findSupervisor(ssh))).to.include('balena_supervisor resin_supervisor');
	});

	it('must not take the disk of this computer for that of the device', () => {
		expect(findSupervisor(ssh).at(-1)).to.include('df -Pk');
		expect(findSupervisor(engine).at(-1)).to.not.include('df -Pk');
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
		{ code: NOT_WELL, stderr: '', says: /does not say that it is well/ },
		{ code: NO_SUPERVISOR, stderr: '', says: /no supervisor container/ },
		{ code: NOT_COPIED, stderr: 'write: no space left on device', says: /no space left/ },
		{ code: NOT_COPIED, stderr: 'rootfs is marked read-only', says: /read-only/ },
	];
	for (const { code, stderr, says } of cases) {
		it(`must say what to do about exit code ${code} ${stderr}`, () => {
			const error = explainFailure(ssh, { code, stderr, stdout: '' });
			expect(error.message).to.match(says);
			expect(error.todo).to.be.a('string');
		});
	}

	it('must say that production images do not open the engine', () => {
		const error = explainFailure(engine, { code: NO_ENGINE, stderr: '', stdout: '' });
		expect(error.todo).to.match(/development images/);
	});
});

import { expect } from 'chai';
import { toDindNames } from '../commands/names.ts';
import { createFakeShell } from '../testing/fake-shell.ts';
import { stop } from './stop.ts';

const names = toDindNames('t');
const all = {
	'docker ps': 't-device\nt-cloud\n',
	'docker network ls': 't-net\n',
	'docker volume ls': 't-docker\nt-boot\n',
	'docker rm': '',
	'docker network rm': '',
	'docker volume rm': '',
	'docker exec': '',
};

describe('stop', () => {
	it('must remove containers first, then the network and the volumes', async () => {
		const shell = createFakeShell(all);
		await stop({ shell }, names, { clean: true });
		expect(shell.ran.filter((line) => / rm /.test(line))).to.deep.equal([
			'docker rm --force --volumes t-device t-cloud',
			'docker network rm t-net',
			'docker volume rm --force t-docker t-boot',
		]);
	});

	it('must keep the volumes when asked to', async () => {
		const shell = createFakeShell(all);
		await stop({ shell }, names, { clean: false });
		expect(shell.ran.some((line) => line.startsWith('docker volume'))).to.equal(false);
	});

	it('must do with what is left when half of it is gone', async () => {
		const shell = createFakeShell({ ...all, 'docker ps': '', 'docker network ls': '' });
		const removed = await stop({ shell }, names, { clean: true });
		expect(removed).to.deep.equal({
			containers: [],
			networks: [],
			volumes: ['t-docker', 't-boot'],
		});
	});

	it('must find nothing to do where nothing is', async () => {
		const nothing = { 'docker ps': '', 'docker network ls': '', 'docker volume ls': '' };
		const shell = createFakeShell(nothing);
		await stop({ shell }, names, { clean: true });
		expect(shell.ran.some((line) => / rm /.test(line))).to.equal(false);
	});
});

import { expect } from 'chai';
import { toDindNames } from '../commands/names.ts';
import { createFakeShell } from '../testing/fake-shell.ts';
import { stop } from './stop.ts';

const names = toDindNames('t');
const listing = 'docker ps --all --filter label=io.holdfast.dind --format';
const all = {
	[listing]: 't t-device\nt t-cloud\n',
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
		const shell = createFakeShell({
			...all,
			...{ [listing]: '', 'docker ps': '', 'docker network ls': '' },
		});
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

	describe('with other devices of its group', () => {
		const second = toDindNames('t.2');
		const ofSecond = {
			'docker ps --all --filter label=io.holdfast.dind=t.2': 't.2-device\n',
			'docker network ls --filter label=io.holdfast.dind=t.2': '',
			'docker volume ls --filter label=io.holdfast.dind=t.2': 't.2-docker\n',
		};
		const withCloud = { ...all, 'docker volume ls': 't-docker\nt-cloud\n' };
		const removals = (shell: { readonly ran: readonly string[] }) =>
			shell.ran.filter((line) => / rm /.test(line));

		it('must leave the cloud and the network to them', async () => {
			const both = { [listing]: 't t-device\nt t-cloud\nt.2 t.2-device\n' };
			const shell = createFakeShell({ ...both, ...ofSecond, ...withCloud, ...both });
			await stop({ shell }, names, { clean: true });
			expect(removals(shell)).to.deep.equal([
				'docker rm --force --volumes t-device',
				'docker volume rm --force t-docker',
			]);
		});

		it('must remove cloud and network with the last one, but not what another kept', async () => {
			const left = { [listing]: 't.2 t.2-device\nt t-cloud\n' };
			const shell = createFakeShell({
				...ofSecond,
				...{ ...withCloud, ...left, 'docker ps': 't-cloud\n' },
			});
			await stop({ shell }, second, { clean: true });
			expect(removals(shell)).to.deep.equal([
				'docker rm --force --volumes t.2-device t-cloud',
				'docker network rm t-net',
				'docker volume rm --force t.2-docker t-cloud',
			]);
		});
	});
});

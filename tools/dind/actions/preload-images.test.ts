import { expect } from 'chai';
import { toDindNames } from '../commands/names.ts';
import { createFakeShell } from '../testing/fake-shell.ts';
import { preloadArchive, preloadImages } from './preload-images.ts';

const names = toDindNames('t');
const progress = { say: () => undefined, update: () => undefined, elapsedSeconds: () => 0 };

const inside = 'docker exec t-device docker image inspect';
const pull = "docker exec --interactive t-device sh -c 'dir=";
const outside = 'docker inspect --type image';
const absent = { code: 1, stderr: 'no such image' };

const rules = {
	[inside]: absent,
	[pull]: absent,
	[outside]: absent,
	'docker inspect --type container': absent,
};

describe('preloadImages', () => {
	it('must leave alone what the device has', async () => {
		const shell = createFakeShell({ ...rules, [inside]: 'sha256:1' });
		await preloadImages({ shell, progress }, names, ['r/a']);
		expect(shell.ran.length).to.equal(1);
	});

	it('must make the device pull what it lacks', async () => {
		const shell = createFakeShell({ ...rules, [pull]: '' });
		await preloadImages({ shell, progress }, names, ['r/a']);
		expect(shell.ran.at(-1)).to.match(/pull "\$1".* sh r\/a$/);
	});

	it("must copy from this computer's engine where no registry answers", async () => {
		const given = {
			[outside]: 'sha256:1',
			'docker save': '',
			'docker exec --interactive t-device docker load': '',
		};
		const shell = createFakeShell({ ...rules, ...given });
		await preloadImages({ shell, progress }, names, ['r/a']);
		expect(shell.ran.slice(-2)).to.deep.equal([
			'docker save r/a',
			'docker exec --interactive t-device docker load',
		]);
	});

	it('must name the image that is nowhere', async () => {
		const shell = createFakeShell(rules);
		await preloadImages({ shell, progress }, names, ['r/a']).then(
			() => expect.fail('must fail'),
			(thrown: unknown) => expect(String(thrown)).to.include('r/a').and.to.include('no such image'),
		);
	});
});

describe('preloadArchive', () => {
	const wanted = { images: ['bundle.invalid/a/web:1'], archive: '/tmp/app.tar' };

	it('must load what the device lacks', async () => {
		const load = 'docker exec --interactive t-device docker load';
		const shell = createFakeShell({ ...rules, cat: '', [load]: '' });
		await preloadArchive({ shell, progress }, names, wanted);
		expect(shell.ran.slice(-2)).to.deep.equal(['cat /tmp/app.tar', load]);
	});

	it('must leave alone what the device has', async () => {
		const shell = createFakeShell({ ...rules, [inside]: 'sha256:1' });
		await preloadArchive({ shell, progress }, names, wanted);
		expect(shell.ran).to.have.length(1);
	});
});

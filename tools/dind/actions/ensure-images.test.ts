import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { digestInputs } from '../effects/inputs.ts';
import { createFakeShell } from '../testing/fake-shell.ts';
import type { FakeAnswer } from '../testing/fake-shell.ts';
import { buildSupervisorImage, ensureDeviceImage, ensureSupervisorImage } from './ensure-images.ts';

const progress = { say: () => undefined, update: () => undefined, elapsedSeconds: () => 0 };
const inputsOf = "docker inspect --type image --format '{{with";
const absent = { code: 1, stderr: 'no such image' };

describe('images', () => {
	const root = mkdtempSync(join(tmpdir(), 'dindctl-images-'));
	before(() => {
		mkdirSync(join(root, 'tools/dind/image'), { recursive: true });
		writeFileSync(join(root, 'tools/dind/image/Dockerfile'), 'FROM scratch');
	});
	after(() => rmSync(root, { recursive: true }));

	const shellWith = (rules: Record<string, FakeAnswer>) =>
		createFakeShell({ 'docker build': '', sh: '', 'docker pull': absent, ...rules });
	const supervisor = { arch: 'amd64', tag: 'master', optimize: true } as const;
	const ensure = (rules: Record<string, FakeAnswer>, image?: string) => {
		const shell = shellWith(rules);
		const wanted = { ...supervisor, ...(image === undefined ? {} : { image }) };
		const made = ensureSupervisorImage({ shell, progress, root }, wanted);
		return made.then((name) => ({
			name,
			builds: shell.ran.filter((line) => line.startsWith('sh ')),
		}));
	};

	it('must not be built again while their files are the same', async () => {
		const shell = shellWith({ [inputsOf]: digestInputs(root, ['tools/dind/image']) });
		await ensureDeviceImage({ shell, progress, root });
		expect(shell.ran.some((line) => line.startsWith('docker build'))).to.equal(false);
	});

	it('must be built again when a file is another, without leaving the old one behind', async () => {
		const ids = ['sha256:old', 'sha256:new'];
		const shell = shellWith({
			[inputsOf]: 'older',
			"docker inspect --type image --format '{{.Id}}'": () => ids.shift() ?? '',
			'docker image rm': '',
		});
		await ensureDeviceImage({ shell, progress, root });
		expect(shell.ran.some((line) => line.startsWith('docker build'))).to.equal(true);
		expect(shell.ran.at(-1)).to.equal('docker image rm --no-prune sha256:old');
	});

	it("must build the supervisor's own image with its name and inputs", async () => {
		const { name, builds } = await ensure({ [inputsOf]: absent });
		expect(name).to.equal('holdfast/amd64-supervisor:master');
		expect(builds[0]).to.match(
			/build-supervisor --arch amd64 --image holdfast\/amd64-supervisor:master --inputs [0-9a-f]{64}$/,
		);
	});

	it('must build for another processor only when it is not to run here', async () => {
		const here = [''];
		const shell = shellWith({ [inputsOf]: () => here.at(-1) ?? '' });
		const wanted = { ...supervisor, arch: 'aarch64' } as const;
		await buildSupervisorImage({ shell, progress, root }, { ...wanted, cross: true });
		const builds = () => shell.ran.filter((line) => line.startsWith('sh '));
		expect(builds()[0]).to.match(/ --inputs [0-9a-f]{64}-cross --cross$/);
		here.push(/ --inputs (\S+)/.exec(builds()[0] ?? '')?.[1] ?? ''); // it is here now
		await ensureSupervisorImage({ shell, progress, root }, wanted);
		expect(builds()[1]).to.match(/ --arch aarch64 .* --inputs [0-9a-f]{64}$/); // which refuses it
	});

	it('must take an image of another name as it is', async () => {
		expect(await ensure({ [inputsOf]: '' }, 'me/s:1')).to.deep.equal({
			name: 'me/s:1',
			builds: [],
		});
	});

	it('must pull an image of another name that is not here', async () => {
		const { builds } = await ensure({ [inputsOf]: absent, 'docker pull': '' }, 'me/s:1');
		expect(builds).to.deep.equal([]);
	});

	it('must build a supervisor under another name where no registry has it', async () => {
		const { name, builds } = await ensure({ [inputsOf]: absent }, 'resin/amd64-supervisor:master');
		expect(name).to.equal('resin/amd64-supervisor:master');
		expect(builds.length).to.equal(1);
	});

	it('must not build under a name that is no supervisor', async () => {
		const message = await ensure({ [inputsOf]: absent }, 'mistyped').then(
			() => '',
			(thrown: unknown) => String(thrown),
		);
		expect(message).to.include('mistyped is neither here nor in a registry');
	});
});

import { expect } from 'chai';
import { makeImage, toBuildArgs, toLocalName, type BuildSource } from './make-image.ts';
import type { DockerResult, RunDocker } from './run-docker.ts';

const source: BuildSource = {
	kind: 'build',
	context: './web',
	dockerfile: 'D',
	target: 't',
	args: ['A=1'],
};
const inspected = (more: object = {}) =>
	JSON.stringify({
		Id: 'sha256:1',
		Architecture: 'amd64',
		RootFS: { Layers: ['sha256:a'] },
		Config: { Cmd: ['x'], Hostname: 'h', Image: 'sha256:0' },
		...more,
	});
const ok = (stdout = ''): DockerResult => ({ code: 0, stdout, output: stdout });
const bad = (output: string): DockerResult => ({ code: 1, stdout: '', output });

/** A docker that answers each subcommand with the next of its answers, and keeps what it was asked. */
function fakeDocker(answers: Record<string, DockerResult[]>): {
	docker: RunDocker;
	asked: string[];
} {
	const asked: string[] = [];
	const docker: RunDocker = ({ args }) => {
		asked.push(args.join(' '));
		return Promise.resolve(answers[args[0] ?? '']?.shift() ?? bad('no such answer'));
	};
	return { docker, asked };
}
const say = (): void => undefined;
const wanted = { fleet: 'My Fleet', serviceName: 'web_1', dir: '/project' };

describe('toBuildArgs', () => {
	it('must resolve context and Dockerfile, and pass on the rest', () => {
		expect(toBuildArgs(source, '/project', 'n').join(' ')).to.equal(
			'build --tag n --file /project/web/D --target t --build-arg A=1 /project/web',
		);
	});
});

describe('toLocalName', () => {
	it('must be a name that docker takes', () => {
		expect(toLocalName(wanted)).to.equal('holdfast-push/my-fleet.web-1');
	});
});

describe('makeImage', () => {
	it('must build under the service’s own name', async () => {
		const { docker, asked } = fakeDocker({ build: [ok()], image: [ok(inspected())] });
		const { id } = await makeImage({ ...wanted, source }, { docker, say });
		expect(id).to.equal('sha256:1');
		expect(asked[1]).to.match(/^image inspect .* holdfast-push\/my-fleet\.web-1$/);
	});

	it('must show what the build said last when it fails', async () => {
		const { docker } = fakeDocker({ build: [bad('Step 2\nno such file')] });
		const failure: unknown = await makeImage({ ...wanted, source }, { docker, say }).catch(
			(err: unknown) => err,
		);
		expect(failure).to.have.property('code', 'BUILD_FAILED');
		expect(String(failure)).to.contain('web_1').and.to.contain('no such file');
	});

	const pulled = { ...wanted, source: { kind: 'pull', image: 'redis:7' } } as const;

	it('must take an image that is there without asking a registry', async () => {
		const { docker, asked } = fakeDocker({ image: [ok(inspected()), ok(inspected())] });
		await makeImage(pulled, { docker, say });
		expect(asked.some((line) => line.startsWith('pull'))).to.equal(false);
	});

	it('must pull an image that is not there', async () => {
		const { docker, asked } = fakeDocker({ image: [bad(''), ok(inspected())], pull: [ok()] });
		await makeImage(pulled, { docker, say });
		expect(asked[1]).to.equal('pull redis:7');
	});

	it('must say so when it cannot be pulled', async () => {
		const { docker } = fakeDocker({ image: [bad('')], pull: [bad('denied')] });
		const failure: unknown = await makeImage(pulled, { docker, say }).catch((err: unknown) => err);
		expect(failure).to.have.property('code', 'PULL_FAILED');
		expect(String(failure)).to.contain('denied');
	});

	const keyOf = async (more: object): Promise<string> => {
		const { docker } = fakeDocker({ build: [ok()], image: [ok(inspected(more))] });
		return (await makeImage({ ...wanted, source }, { docker, say })).contentKey;
	};

	it('must give the same content key for the same content under another id', async () => {
		const Config = { Cmd: ['x'], Hostname: 'other', Image: 'sha256:9' };
		expect(await keyOf({ Id: 'sha256:2', Config })).to.equal(await keyOf({}));
	});

	for (const c of [
		{ name: 'layers', more: { RootFS: { Layers: ['sha256:b'] } } },
		{ name: 'configuration', more: { Config: { Cmd: ['y'] } } },
		{ name: 'processor', more: { Architecture: 'arm64' } },
	]) {
		it(`must give another content key for other ${c.name}`, async () => {
			expect(await keyOf(c.more)).to.not.equal(await keyOf({}));
		});
	}
});

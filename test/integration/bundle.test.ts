import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { z } from 'zod';
import { createConformance } from '../../src/api/v3/testing/conforms.ts';
import { shellBlocks, wordsOf } from '../../tools/check/document-runs.ts';
import { docker } from '../../tools/dind/commands/argv.ts';
import { changesOf } from '../support/engine-calls.ts';
import { eventually } from '../support/eventually.ts';
import { readApiKey } from '../support/supervisor-process.ts';
import { untilLogged } from '../support/until.ts';
import { useStage } from '../support/use-stage.ts';
import { shell } from './support/host.ts';
import { baseImage } from './support/images.ts';

const execute = promisify(execFile);
const conforms = createConformance();
const appName = 'hf-it-bundle';

/** What `dindctl bundle --json` prints. */
const Bundle = z.object({
	path: z.string(),
	app: z.object({ uuid: z.string() }),
	images: z.object({ main: z.string() }),
});
type Bundle = z.infer<typeof Bundle>;

/** What is read of what the API says to a bundle. */
interface Answer {
	readonly code?: string;
	readonly detail?: string;
}

const main = {
	command: ['sh', '-c', 'trap "exit 0" TERM; cat /known; sleep 9999 & wait'],
	volumes: ['data:/data'],
};

/** One story: each test goes on where the one before ended. */
describe('an app that comes in a bundle to a device without a network', () => {
	const stage = useStage();
	const bundles: Bundle[] = [];
	let folder: string;
	let url: string;

	/** The app with an image that nobody else has. */
	const bundleOf = async (release: string): Promise<Bundle> => {
		const dir = join(folder, release);
		await mkdir(dir);
		const composition = { services: { main: { ...main, build: '.' } }, volumes: { data: {} } };
		await writeFile(join(dir, 'compose.yml'), JSON.stringify(composition));
		await writeFile(join(dir, 'known'), release);
		await writeFile(join(dir, 'Dockerfile'), `FROM ${baseImage}\nCOPY known /known\n`);
		const file = join(folder, `${release}.tar`);
		const places = { DIR: dir, 'app.tar': file };
		const [program, ...words] = wordsOf('./dindctl bundle DIR -o app.tar', places);
		const { stdout } = await execute(program, [...words, '--app', appName, '--json']);
		return Bundle.parse(JSON.parse(stdout));
	};

	/** Sends a bundle as docs/bundles.md says, by the command that has this in it. */
	const follow = async (part: string, file: string): Promise<[number, string]> => {
		const block = shellBlocks('docs/bundles.md', 'Import it').find(({ text }) =>
			text.includes(part),
		);
		const script = (block?.text ?? '')
			.replace('curl', "curl --silent --show-error --write-out '\\n%{http_code} %{content_type}'")
			.replace(part, file)
			.replace('DEVICE:48484', new URL(url).host);
		const env = {
			...process.env,
			KEY: await readApiKey(stage().folder),
			UUID: bundles[0]!.app.uuid,
		};
		const { stdout } = await execute('bash', ['-euc', script], { env });
		const [, text = '', status, type = ''] = /^([^]*)\n(\d+) (.*)$/.exec(stdout) ?? [];
		return judge({ status: Number(status), type, body: JSON.parse(text) as Answer });
	};

	/** @returns the status, and what went wrong */
	const judge = (seen: { status: number; type: string; body: Answer }): [number, string] => {
		conforms('POST /v3/device/apps/{uuid}', seen);
		return [seen.status, `${seen.body.code ?? ''} ${seen.body.detail ?? ''}`.trim()];
	};
	const send = async (body: Buffer | { bundle: string }): Promise<[number, string]> => {
		const isFile = Buffer.isBuffer(body);
		const type = isFile ? 'application/vnd.holdfast.bundle+tar' : 'application/json';
		const response = await fetch(url, {
			method: 'POST',
			headers: { 'Content-Type': type },
			body: isFile ? body : JSON.stringify(body),
		});
		const answer = (await response.json()) as Answer;
		const answerType = response.headers.get('content-type') ?? '';
		return judge({ status: response.status, type: answerType, body: answer });
	};

	const bundledImages = async (): Promise<string[]> => {
		const format = '{{.Repository}}:{{.Tag}}';
		const all = await stage().device.docker('images', '--format', format);
		return all.split('\n').filter((name) => name.startsWith('bundle.invalid/'));
	};

	/** Resolves once its only container runs, and its image is the only one that came in a bundle. */
	const untilRuns = async ({ images: { main: image } }: Bundle): Promise<void> => {
		const isSettled = async (): Promise<true> => {
			const services = await stage().engine.services();
			const seen = Object.values(services).map((one) => `${one.image} ${one.state}`);
			if (seen.join() !== `${image} running`) throw new Error(`runs ${seen.join()}`);
			const there = await bundledImages();
			if (there.join() !== image) throw new Error(`has ${there.join()}`);
			return true;
		};
		await eventually(`${image} runs`, isSettled, { withinMs: 150_000 });
	};

	before(async () => {
		folder = await mkdtemp(join(tmpdir(), 'holdfast-it-bundle-'));
		for (const release of ['first', 'second', 'third']) bundles.push(await bundleOf(release));
		url = `http://127.0.0.1:${stage().folder.apiPort}/v3/device/apps/${bundles[0]!.app.uuid}`;
		const { listenPort } = stage().config;
		await stage().configure({ listenPort, deviceType: 'generic-amd64' });
		await stage().start();
	});

	after(async () => {
		await rm(folder, { recursive: true });
		// The name of the last one, and those that lost it: an image has the id that its bundled name ends with.
		const ids = bundles.map(({ images: { main: name } }) => name.slice(name.lastIndexOf(':') + 1));
		for (const image of [`holdfast-push/${appName}.main`, ...ids]) {
			await shell.capture(docker('rmi', image));
		}
	});

	it('must be refused when one byte is damaged, and nothing changed', async () => {
		const damaged = await readFile(bundles[0]!.path);
		damaged[damaged.length >> 1]! ^= 1;
		stage().proxy.forget();
		const [status, says] = await send(damaged);
		expect([status, says]).to.deep.equal([400, says]);
		expect(says).to.match(/^BUNDLE_INVALID .*the digest of blobs\/sha256\/\w+ is /);
		expect(await bundledImages()).to.deep.equal([]);
		const changes = changesOf(stage().proxy.calls()).map(({ path }) => path);
		expect(changes.join('\n')).not.to.match(/containers|networks|volumes/);
		expect((await fetch(url)).status).to.equal(404);
	});

	it('must be taken by any engine', async () => {
		const { path, images } = bundles[0]!;
		const load = wordsOf('docker load -i hello.tar', { 'hello.tar': path });
		expect(await shell.read(load)).to.include(images.main);
		await shell.read(docker('rmi', images.main));
	});

	it('must run when it is sent', async () => {
		stage().proxy.forget();
		expect(await follow('hello.tar', bundles[0]!.path)).to.deep.equal([202, '']);
		await untilRuns(bundles[0]!);
		const pulls = stage()
			.proxy.calls()
			.filter(({ path }) => path.includes('/images/create'));
		expect(pulls).to.deep.equal([]);
	});

	it('must take the place of its older release when it lies on a disk', async () => {
		await mkdir(join(stage().folder.root, 'media'));
		await writeFile(join(stage().folder.root, 'media/app.tar'), await readFile(bundles[1]!.path));
		expect((await send({ bundle: '/media/none.tar' }))[0]).to.equal(404);
		expect(await follow('/media/usb/hello.tar', '/media/app.tar')).to.deep.equal([202, '']);
		await untilRuns(bundles[1]!);
	});

	it('must be found on the data partition at the start, beside one that is not good', async () => {
		await stage().supervisor().stop();
		const inbox = join(stage().folder.root, 'data/bundles');
		await mkdir(inbox);
		const content = await readFile(bundles[2]!.path);
		await writeFile(join(inbox, 'a-cut.tar'), content.subarray(0, content.length >> 1));
		await writeFile(join(inbox, 'b-good.tar'), content);
		await stage().start();
		await untilRuns(bundles[2]!);
		await untilLogged(stage(), /Cannot import .*a-cut\.tar: The bundle is cut off/);
		await untilLogged(stage(), new RegExp(`Imported ${appName} from .*b-good\\.tar`));
		expect((await readdir(inbox)).sort()).to.deep.equal(['a-cut.tar', 'b-good.tar.imported']);
	});
});

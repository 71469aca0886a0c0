import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { z } from 'zod';
import { createConformance } from '../../src/api/v3/testing/conforms.ts';
import { docker } from '../../tools/dind/commands/argv.ts';
import { changesOf } from '../support/engine-calls.ts';
import { eventually } from '../support/eventually.ts';
import { untilLogged } from '../support/until.ts';
import { useStage } from '../support/use-stage.ts';
import { shell } from './support/host.ts';
import { baseImage } from './support/images.ts';

const conforms = createConformance();
const appName = 'hf-it-bundle';

/** What `dindctl bundle --json` prints. */
const Bundle = z.object({
	path: z.string(),
	app: z.object({ uuid: z.string() }),
	images: z.object({ main: z.string() }),
});
type Bundle = z.infer<typeof Bundle>;

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
		const words = ['bundle', dir, '-o', file, '--app', appName, '--json'];
		const { stdout } = await promisify(execFile)('./dindctl', words);
		return Bundle.parse(JSON.parse(stdout));
	};

	const send = async (body: Buffer | { bundle: string }): Promise<[number, string]> => {
		const isFile = Buffer.isBuffer(body);
		const type = isFile ? 'application/vnd.holdfast.bundle+tar' : 'application/json';
		const response = await fetch(url, {
			method: 'POST',
			headers: { 'Content-Type': type },
			body: isFile ? body : JSON.stringify(body),
		});
		const answer = (await response.json()) as { code?: string; detail?: string };
		const seen = { status: response.status, body: answer };
		const answerType = response.headers.get('content-type') ?? '';
		conforms('POST /v3/device/apps/{uuid}', { ...seen, type: answerType });
		return [response.status, `${answer.code ?? ''} ${answer.detail ?? ''}`.trim()];
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

	it('must run when it is sent', async () => {
		stage().proxy.forget();
		expect(await send(await readFile(bundles[0]!.path))).to.deep.equal([202, '']);
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
		expect(await send({ bundle: '/media/app.tar' })).to.deep.equal([202, '']);
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

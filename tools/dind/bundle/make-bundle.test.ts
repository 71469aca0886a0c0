import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openBundle } from '../../../src/control/bundle-reader.ts';
import { entryOf, writeTar, type TarEntry } from '../../../src/kit/tar.ts';
import { decodeTargetDevice } from '../../../src/model/target-document.ts';
import { archivedImage } from '../../../src/ports/testing/image-archive.ts';
import type { RunDocker } from '../../cloud/push/run-docker.ts';
import { ToolError } from '../effects/errors.ts';
import { makeBundle, type BundleTools, type BundleWish, type MadeBundle } from './make-bundle.ts';
import { readBundledApp } from './read-head.ts';

const compose = `
name: Shop 1
services:
  web: { build: ./web, ports: ['80:80'], depends_on: [db] }
  db: { image: 'db:1', volumes: ['data:/data'] }
volumes: { data: {} }
`;

/** What the engine says of images: their names are their ids. */
const inspected = (id: string): string =>
	JSON.stringify({ Id: id, Architecture: 'amd64', RootFS: { Layers: [] }, Config: {} });

interface FakeTools extends BundleTools {
	readonly asked: string[];
}

/** @param architecture - of every image */
function fakeTools(architecture = 'amd64'): FakeTools {
	const asked: string[] = [];
	const docker: RunDocker = ({ args }) => {
		asked.push(args.join(' '));
		const stdout = args[0] === 'image' ? inspected(args.at(-1) ?? '') : '';
		return Promise.resolve({ code: 0, stdout, output: stdout });
	};
	return {
		...{ asked, docker, say: () => undefined, signal: new AbortController().signal },
		save: (id) => savedImage(id, architecture),
	};
}

/** As engines before 25 save an image whose two layers are the same one: the second is a link to the first. */
function savedImage(id: string, architecture: string): AsyncGenerator<Uint8Array> {
	const { config, layer } = archivedImage(id, architecture);
	const parsed = JSON.parse(config) as { rootfs: { diff_ids: string[] } };
	const [diffId = ''] = parsed.rootfs.diff_ids;
	const twice = { ...parsed, rootfs: { ...parsed.rootfs, diff_ids: [diffId, diffId] } };
	const row = { Config: 'c.json', RepoTags: null, Layers: ['a/layer.tar', 'b/layer.tar'] };
	const entries = async function* (): AsyncGenerator<TarEntry> {
		yield await Promise.resolve(entryOf('a/layer.tar', layer));
		yield entryOf('c.json', JSON.stringify(twice));
		yield entryOf('manifest.json', JSON.stringify([row]));
	};
	return writeTar(entries());
}

describe('makeBundle', () => {
	let folder: string;
	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'holdfast-make-bundle-'));
		await writeFile(join(folder, 'compose.yml'), compose);
	});
	afterEach(() => rm(folder, { recursive: true }));

	const make = (
		wish: Partial<BundleWish> = {},
		tools: FakeTools = fakeTools(),
		name = 'a.tar',
	): Promise<MadeBundle> => makeBundle(tools, join(folder, name), { dir: folder, ...wish });

	const read = (path: string) => openBundle(createReadStream(path) as AsyncIterable<Uint8Array>);

	it('must write what a device reads, every content once', async () => {
		const { path, app } = await make();
		const bundle = await read(path);
		expect(bundle.manifest.app).to.include({ uuid: app.uuid, name: 'Shop 1' });
		const target = await bundle.readTarget();
		const names: string[] = [];
		for await (const { name, chunks } of bundle.files()) {
			names.push(name);
			for await (const chunk of chunks) expect(chunk.length).to.be.above(0);
		}
		// Two configurations, and the one layer that both images have twice.
		expect(names.filter((name) => name.startsWith('blobs/'))).to.have.length(3);
		const device = { name: 'x', config: {}, apps: { [app.uuid]: target } };
		const { apps, rejected } = decodeTargetDevice(device);
		expect(rejected).to.deep.equal([]);
		const images = apps[0]?.release?.services.map(({ image }) => image);
		expect(images).to.deep.equal(bundle.manifest.images.map(({ reference }) => reference));
		for (const image of images ?? []) {
			expect(image).to.match(/^bundle\.invalid\/shop-1\/(web|db):[0-9a-f]{64}$/);
		}
		expect(await readBundledApp(path)).to.include({ uuid: app.uuid });
	});

	it('must keep the composition as it is written, but for how to build it', async () => {
		const { target } = await make();
		const [release] = Object.values(target.document.releases as Record<string, object>);
		expect(release).to.have.property('volumes').that.deep.equals({ data: {} });
		expect(release)
			.to.have.nested.property('services.web.composition')
			.that.deep.equals({
				ports: ['80:80'],
				depends_on: ['db'],
			});
	});

	it('must be the same bytes for the same images, and leave nothing beside them', async () => {
		const [one, two] = [await make(), await make({}, fakeTools(), 'b.tar')];
		expect((await readFile(one.path)).equals(await readFile(two.path))).to.equal(true);
		expect((await readdir(folder)).sort()).to.deep.equal(['a.tar', 'b.tar', 'compose.yml']);
	});

	it('must be of the same app and the same services when an image is another', async () => {
		const one = await make();
		await writeFile(join(folder, 'compose.yml'), compose.replace("'db:1'", "'db:2'"));
		const two = await make();
		expect(two.app).to.deep.equal(one.app);
		expect(two.target.commit).not.to.equal(one.target.commit);
		const numbers = ({ target: { document } }: MadeBundle, name: string) => {
			const [release] = Object.values(document.releases as Record<string, { services: object }>);
			const services = release?.services as Record<string, { id: number; image_id: number }>;
			return services[name];
		};
		expect(numbers(two, 'web')).to.deep.equal(numbers(one, 'web'));
		expect(numbers(two, 'db')?.id).to.equal(numbers(one, 'db')?.id);
		expect(numbers(two, 'db')?.image_id).not.to.equal(numbers(one, 'db')?.image_id);
	});

	it('must be of the app that is asked for', async () => {
		const { app, target } = await make({ app: 'other', uuid: 'u', id: 7 });
		expect(app).to.deep.equal({ name: 'other', uuid: 'u', id: 7 });
		expect(target.document).to.include({ id: 7, name: 'other' });
	});

	it('must build and pull for another processor, and refuse images of this one', async () => {
		const tools = fakeTools('arm64');
		await make({ arch: 'aarch64' }, tools);
		expect(tools.asked[0]).to.match(
			/^build --platform linux\/arm64 --tag holdfast-push\/shop-1\.web/,
		);
		await refused(make({ arch: 'aarch64' }), 'the image of web is for amd64, not for aarch64');
	});

	it('must leave an older bundle alone when it cannot be made', async () => {
		await writeFile(join(folder, 'a.tar'), 'older');
		await writeFile(join(folder, 'compose.yml'), `${compose}networks: { default: 5 }\n`);
		await refused(make(), 'no device would take this composition');
		expect(await readFile(join(folder, 'a.tar'), 'utf8')).to.equal('older');
		expect((await readdir(folder)).sort()).to.deep.equal(['a.tar', 'compose.yml']);
	});

	it('must say that there is no composition, or no folder to write to', async () => {
		await refused(make({ dir: join(folder, 'none') }), 'there is no docker-compose.yml');
		await refused(make({}, fakeTools(), 'none/a.tar'), 'there is no folder');
	});

	it('must know what is no bundle', async () => {
		const path = join(folder, 'compose.yml');
		await refused(readBundledApp(path), 'cannot be read as a bundle');
	});
});

async function refused(work: Promise<unknown>, says: string): Promise<void> {
	const err = await work.then(
		() => expect.fail('must be refused'),
		(thrown: unknown) => thrown,
	);
	expect(err).to.be.instanceOf(ToolError);
	expect(String(err)).to.include(says);
}

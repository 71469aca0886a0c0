import { expect } from 'chai';
import { silentLogger } from '../kit/logger.ts';
import { SupervisorError } from '../kit/errors.ts';
import { findImage } from '../model/image-reference.ts';
import { createFakeEngine, type FakeEngine } from '../ports/testing/fake-engine.ts';
import type { StoredImage } from '../ports/state-store.ts';
import { createBundleImports, type BundleImports, type ImportOptions } from './import-bundle.ts';
import {
	bundleOf,
	bundleUuid,
	packBundle,
	sha256Of,
	type BundleChanges,
	type BundleFile,
} from './testing/bundle.ts';

const never = new AbortController().signal;
const mebibyte = 1024 * 1024;

interface Stage {
	readonly engine: FakeEngine;
	readonly imports: BundleImports;
	/** What became a target: `uuid document force`. */
	readonly set: string[];
	readonly recorded: StoredImage[];
	freeBytes: number | undefined;
	refusal: SupervisorError | undefined;
}

function stage(): Stage {
	const engine = createFakeEngine();
	const [set, recorded]: [string[], StoredImage[]] = [[], []];
	const one: Stage = {
		...{ engine, set, recorded, freeBytes: undefined, refusal: undefined },
		imports: createBundleImports({
			engine,
			targets: {
				check: () => (one.refusal === undefined ? Promise.resolve() : Promise.reject(one.refusal)),
				set: (uuid, document, { force }) => {
					set.push(`${uuid} ${JSON.stringify(document)} ${force}`);
					return Promise.resolve();
				},
			},
			store: {
				recordImages: (images) => Promise.resolve(void recorded.push(...images)),
				forgetImages: () => Promise.resolve(void recorded.splice(0)),
			},
			space: {
				read: () =>
					Promise.resolve(
						one.freeBytes === undefined
							? undefined
							: { freeBytes: one.freeBytes, totalBytes: 1e12 },
					),
			},
			log: silentLogger,
		}),
	};
	return one;
}

function send(
	{ imports }: Stage,
	changes: BundleChanges = {},
	options: Partial<ImportOptions> = {},
): Promise<unknown> {
	const { files } = bundleOf(changes);
	return imports.importBundle(packBundle(files), { force: false, signal: never, ...options });
}

async function refused(one: Stage, work: Promise<unknown>): Promise<string> {
	const err = await work.then(
		() => expect.fail('must be refused'),
		(thrown: unknown) => thrown,
	);
	if (!(err instanceof SupervisorError)) throw err;
	expect(one.set, 'targets').to.deep.equal([]);
	expect(one.engine.world.images.size, 'images').to.equal(0);
	expect(one.recorded, 'recorded images').to.deep.equal([]);
	return `${err.code} ${err.message}`;
}

/** Changes one byte of a file. */
const damaging =
	(found: (name: string) => boolean) =>
	(files: readonly BundleFile[]): readonly BundleFile[] =>
		files.map(([name, content]) => {
			if (!found(name)) return [name, content];
			const damaged = Buffer.from(content);
			damaged[content.length >> 1] = (damaged[content.length >> 1] ?? 0) ^ 1;
			return [name, damaged];
		});

describe('createBundleImports', () => {
	it('must load the images, then set the target, as often as it is sent', async () => {
		const one = stage();
		const { reference, target } = bundleOf();
		for (const force of [false, true]) {
			expect(await send(one, {}, { force, appUuid: bundleUuid })).to.include({ name: 'hello' });
		}
		const images = await one.engine.listImages(never);
		expect(findImage(images, reference)).to.not.equal(undefined);
		const text = JSON.stringify(target);
		expect(one.set).to.deep.equal([`${bundleUuid} ${text} false`, `${bundleUuid} ${text} true`]);
		expect(one.recorded.map(({ reference: name }) => name)).to.deep.equal([reference]);
	});

	const damages: { name: string; changes: BundleChanges; says: RegExp }[] = [
		{
			name: 'a damaged manifest',
			changes: { files: damaging((name) => name === 'bundle.json') },
			says: /BUNDLE_INVALID .*damaged bundle\.json/,
		},
		{
			name: 'a damaged target',
			changes: { files: damaging((name) => name === 'target.json') },
			says: /BUNDLE_INVALID .*digest of target\.json is/,
		},
		{
			name: 'a damaged image',
			changes: { files: damaging((name) => name.startsWith('blobs/')) },
			says: /BUNDLE_INVALID .*digest of blobs\/sha256\/\w+ is/,
		},
		{
			name: 'a damaged last file',
			changes: { files: damaging((name) => name === 'manifest.json') },
			says: /BUNDLE_INVALID .*digest of manifest\.json is/,
		},
		{
			name: 'a missing end',
			changes: { files: (files) => files.slice(0, -1) },
			says: /BUNDLE_INVALID .*cut off: manifest\.json is missing/,
		},
		{
			name: 'a missing file',
			changes: { files: (files) => files.filter((_, index) => index !== 3) },
			says: /BUNDLE_INVALID .*has blobs\/\w+\/\w+ where blobs/,
		},
		{
			name: 'one file too many',
			changes: { files: (files) => [...files, ['more', Buffer.from('x')]] },
			says: /BUNDLE_INVALID .*has more, of which/,
		},
		{
			name: 'another archive',
			changes: { files: () => [['x', Buffer.from('x')]] },
			says: /BUNDLE_INVALID .*does not begin with bundle\.json/,
		},
		{
			name: 'another form',
			changes: { manifest: (manifest) => ({ ...manifest, version: 2 }) },
			says: /BUNDLE_UNSUPPORTED .*form 2/,
		},
		{
			name: 'another architecture',
			changes: { architecture: 'arm64' },
			says: /IMAGE_WRONG_ARCHITECTURE .*arm64 \(web\).*amd64/,
		},
		{
			name: 'a part of an image that is not listed',
			changes: {
				manifest: ({ parts, ...rest }) => ({ ...rest, parts: parts.filter((_, at) => at !== 2) }),
			},
			says: /BUNDLE_INVALID .*lacks blobs\/sha256\/\w+ of the image of service web/,
		},
		{
			name: 'a service whose image does not come along',
			changes: { manifest: (manifest) => ({ ...manifest, images: [] }) },
			says: /BUNDLE_INVALID .*lacks the image of web \(bundle\.invalid/,
		},
		{
			name: 'an image that its target does not want',
			changes: { target: (target) => ({ ...target, releases: {} }) },
			says: /BUNDLE_INVALID .*has an image of web that its target does not want/,
		},
		{
			name: 'a part that no bundle has',
			changes: {
				manifest: ({ parts, ...rest }) => ({
					...rest,
					parts: [...parts, { path: 'more', sizeBytes: 1, sha256: sha256Of('x') }],
				}),
				files: (files) => [...files, ['more', Buffer.from('x')]],
			},
			says: /BUNDLE_INVALID .*lists more, which no bundle has/,
		},
		{
			name: 'a list of images that is too long',
			changes: {
				manifest: ({ parts, ...rest }) => ({
					...rest,
					parts: parts.map((part) =>
						part.path === 'manifest.json' ? { ...part, sizeBytes: 5 * mebibyte } : part,
					),
				}),
			},
			says: /BUNDLE_INVALID .*lists manifest\.json, which no bundle has so/,
		},
		{
			name: 'a name that could be of any image',
			changes: {
				manifest: ({ images, ...rest }) => ({
					...rest,
					images: images.map((image) => ({ ...image, reference: 'busybox:stable' })),
				}),
			},
			says: /BUNDLE_INVALID .*must be bundle\.invalid/,
		},
		{
			name: 'a name of other content',
			changes: {
				manifest: ({ images, ...rest }) => ({
					...rest,
					images: images.map((image) => {
						return { ...image, reference: `bundle.invalid/x:${sha256Of('other')}` };
					}),
				}),
			},
			says: /BUNDLE_INVALID .*must end with the digest/,
		},
	];
	for (const { name, changes, says } of damages) {
		it(`must refuse ${name}, say so, and change nothing`, async () => {
			const one = stage();
			expect(await refused(one, send(one, changes))).to.match(says);
		});
	}

	it('must refuse what is cut off anywhere', async () => {
		const parts: Uint8Array[] = [];
		for await (const part of packBundle(bundleOf().files)) parts.push(part);
		const whole = Buffer.concat(parts);
		for (let bytes = 0; bytes < whole.length - 1536; bytes += 300) {
			const one = stage();
			const cut = async function* (): AsyncGenerator<Uint8Array> {
				yield await Promise.resolve(whole.subarray(0, bytes));
			};
			const work = one.imports.importBundle(cut(), { force: false, signal: never });
			expect(await refused(one, work), String(bytes)).to.match(/^BUNDLE_INVALID/);
		}
	});

	it('must refuse a bundle of another app than it was sent to', async () => {
		const one = stage();
		const message = await refused(one, send(one, {}, { appUuid: 'other' }));
		expect(message).to.include(bundleUuid).and.to.include('--uuid other');
	});

	it('must say how much room is missing', async () => {
		const one = stage();
		one.freeBytes = mebibyte;
		expect(await refused(one, send(one))).to.match(/^NO_SPACE .*needs 65 MiB .* 1 MiB are free/);
	});

	it('must read no image of an app that cannot be set', async () => {
		const one = stage();
		one.refusal = new SupervisorError('no', { code: 'TARGET_NOT_SETTABLE', retry: 'never' });
		expect(await refused(one, send(one))).to.equal('TARGET_NOT_SETTABLE no');
		expect(one.engine.changes()).to.deep.equal([]);
	});

	it('must fail as the source fails', async () => {
		const one = stage();
		const failure = new SupervisorError('the disk', { code: 'HOST_FAILED' });
		const broken = async function* (): AsyncGenerator<Uint8Array> {
			let given = 0;
			for await (const part of packBundle(bundleOf().files)) {
				if ((given += 1) > 8) throw failure;
				yield part;
			}
		};
		const work = one.imports.importBundle(broken(), { force: false, signal: never });
		expect(await refused(one, work)).to.equal('HOST_FAILED the disk');
	});

	it('must take its images away again when the engine fails', async () => {
		const one = stage();
		one.engine.failNext('loadImages', new SupervisorError('full', { code: 'NO_SPACE' }));
		expect(await refused(one, send(one))).to.equal('NO_SPACE full');
		await send(one);
		expect(one.set).to.have.length(1);
	});

	it('must keep an image that was there before when it fails', async () => {
		const one = stage();
		const { reference } = bundleOf();
		one.engine.addImage(reference);
		one.engine.failNext('loadImages', new SupervisorError('full', { code: 'NO_SPACE' }));
		await send(one).catch(() => undefined);
		const images = await one.engine.listImages(never);
		expect(findImage(images, reference)).to.not.equal(undefined);
	});
});

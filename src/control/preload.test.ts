import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { silentLogger } from '../kit/logger.ts';
import type { PreloadContent, PreloadFile } from '../ports/preload-file.ts';
import type { StoredImage, StoredTarget } from '../ports/state-store.ts';
import { loadPreload, type PreloadOutcome } from './preload.ts';

/** What a run left behind. */
interface Traces {
	readonly retired: string[];
	readonly images: StoredImage[];
	readonly settings: Record<string, unknown>;
	target: StoredTarget | undefined;
}

const v3App = {
	id: 7,
	name: 'field',
	releases: {
		c1: {
			id: 88,
			services: { main: { id: 31, image_id: 65, image: 'r/main', environment: {}, labels: {} } },
		},
	},
};

describe('loadPreload', () => {
	let traces: Traces;
	beforeEach(() => {
		traces = { retired: [], images: [], settings: {}, target: undefined };
	});

	const fileAt = (path: string, content: PreloadContent): PreloadFile => ({
		path,
		read: () => Promise.resolve(content),
		retire: () => {
			traces.retired.push(path);
			return Promise.resolve();
		},
	});
	const withJson = (json: unknown, path = '/d/apps.json'): PreloadFile =>
		fileAt(path, { kind: 'json', json });
	const load = (files: readonly PreloadFile[], isProvisioned = false): Promise<PreloadOutcome> =>
		loadPreload({
			files,
			isProvisioned,
			log: silentLogger,
			store: {
				loadTarget: () => Promise.resolve(traces.target),
				saveTarget: (target) => Promise.resolve(void (traces.target = target)),
				recordImages: (images) => Promise.resolve(void traces.images.push(...images)),
				setSetting: (name, value) => Promise.resolve(void (traces.settings[name] = value)),
			},
		});

	it('must store the target, record the images and retire the file', async () => {
		const outcome = await load([withJson({ config: { A: '1' }, apps: { u1: v3App } })]);
		expect(outcome.kind === 'loaded' && outcome.target.apps[0]?.name).to.equal('field');
		expect(traces.target).to.deep.equal({
			source: 'preload',
			document: { name: 'local', config: { A: '1' }, apps: { u1: v3App } },
		});
		expect(traces.images).to.deep.equal([
			{
				reference: 'r/main',
				appUuid: 'u1',
				serviceName: 'main',
				serviceId: 31,
				imageId: 65,
				releaseId: 88,
				commit: 'c1',
			},
		]);
		expect(traces.retired).to.deep.equal(['/d/apps.json']);
		expect(traces.settings).to.deep.equal({});
	});

	it('must keep the wish to stay on the release', async () => {
		await load([withJson({ apps: { u1: v3App }, pinDevice: true })]);
		expect(traces.settings).to.deep.equal({ pinDevice: { app: 7, commit: 'c1' } });
	});

	it('must load apps.json.example', async () => {
		const example: unknown = JSON.parse(readFileSync('apps.json.example', 'utf8'));
		const outcome = await load([withJson(example)]);
		expect(outcome.kind).to.equal('loaded');
		expect(
			traces.images.map(({ reference, serviceName }) => [reference, serviceName]),
		).to.deep.equal([['registry.example.com/path/to/image', 'main']]);
	});

	it('must take the first place that holds apps', async () => {
		await load([
			fileAt('/a', { kind: 'none' }),
			withJson({}, '/b'),
			withJson([], '/c'),
			withJson({ apps: { u1: v3App } }, '/d'),
			withJson({ apps: { u2: v3App } }, '/e'),
		]);
		expect(traces.retired).to.deep.equal(['/d']);
	});

	for (const { name, file, says } of [
		{
			name: 'is not JSON',
			file: fileAt('/d/apps.json', { kind: 'faulty', fault: 'is not JSON at line 2, column 3' }),
			says: '/d/apps.json is not JSON at line 2, column 3. Correct it',
		},
		{
			name: 'has wrong types',
			file: withJson({ apps: { u1: { ...v3App, id: 'x' } } }),
			says: '/d/apps.json: apps.json is not valid: apps.u1',
		},
		{ name: 'is a text', file: withJson('apps'), says: 'must be a map or a list' },
	]) {
		it(`must tell that a preload ${name}, and leave it in place`, async () => {
			const outcome = await load([file]);
			expect(outcome.kind === 'failed' && outcome.err.code).to.equal('PRELOAD_INVALID');
			expect(outcome.kind === 'failed' && outcome.err.message).to.include(says);
			expect(traces).to.deep.equal({ retired: [], images: [], settings: {}, target: undefined });
		});
	}

	it('must not look on a registered device that had a target', async () => {
		traces.target = { source: 'cloud', document: {} };
		const outcome = await load([withJson({ apps: { u1: v3App } })], true);
		expect(outcome).to.deep.equal({ kind: 'none' });
		expect(traces.target.source).to.equal('cloud');
	});

	it('must look on a registered device that never had a target', async () => {
		expect((await load([withJson({ apps: { u1: v3App } })], true)).kind).to.equal('loaded');
	});

	it('must count as loaded when the file cannot be retired', async () => {
		const file = {
			...withJson({ apps: { u1: v3App } }),
			retire: () => Promise.reject(new Error('read-only')),
		};
		expect((await load([file])).kind).to.equal('loaded');
		expect(traces.target?.source).to.equal('preload');
	});
});

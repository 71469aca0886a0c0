import { createHash } from 'node:crypto';
import { pack } from 'tar-stream';
import { docker, type Argv } from '../../../tools/dind/commands/argv.ts';
import { spawn } from 'node:child_process';
import type { TestDevice } from './device.ts';

/** An architecture that this computer's kernel does not run. */
const foreign = process.arch === 'arm64' ? 'amd64' : 'arm64';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Puts an image for another architecture on the device's engine; its program is not one here. */
export async function loadForeignImage(device: TestDevice, reference: string): Promise<void> {
	const program = Buffer.concat([Buffer.from('\x7fELF', 'latin1'), Buffer.alloc(64, 1)]);
	const layer = await tarOf({ app: program });
	const config = {
		architecture: foreign,
		os: 'linux',
		config: { Cmd: ['/app'], Labels: { reference } },
		rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(layer)}`] },
	};
	const manifest = [{ Config: 'config.json', RepoTags: [reference], Layers: ['layer.tar'] }];
	const archive = await tarOf({
		'config.json': Buffer.from(JSON.stringify(config)),
		'manifest.json': Buffer.from(JSON.stringify(manifest)),
		'layer.tar': layer,
	});
	await feed(docker('exec', '--interactive', device.name, 'docker', 'load'), archive);
}

/** Publishes, by HTTP, a list of images with none for this computer's architecture. @returns its name */
export async function publishForeignList(url: string, name: string): Promise<string> {
	const [repository = '', tag = ''] = name.split(':');
	const empty = Buffer.from('{}');
	const list = {
		schemaVersion: 2,
		mediaType: 'application/vnd.docker.distribution.manifest.list.v2+json',
		manifests: [
			{
				mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
				size: empty.length,
				digest: await publishManifest(url, repository),
				platform: { architecture: foreign, os: 'linux' },
			},
		],
	};
	await put(`${url}/v2/${repository}/manifests/${tag}`, list.mediaType, JSON.stringify(list));
	return name;
}

async function publishManifest(url: string, repository: string): Promise<string> {
	const config = await publishBlob(url, repository, Buffer.from('{}'));
	const mediaType = 'application/vnd.docker.distribution.manifest.v2+json';
	const configType = 'application/vnd.docker.container.image.v1+json';
	const manifest = Buffer.from(
		JSON.stringify({
			schemaVersion: 2,
			mediaType,
			config: { mediaType: configType, size: 2, digest: config },
			layers: [],
		}),
	);
	const digest = `sha256:${sha256(manifest)}`;
	await put(`${url}/v2/${repository}/manifests/${digest}`, mediaType, manifest.toString());
	return digest;
}

async function publishBlob(url: string, repository: string, blob: Buffer): Promise<string> {
	const digest = `sha256:${sha256(blob)}`;
	const begun = await fetch(`${url}/v2/${repository}/blobs/uploads/`, { method: 'POST' });
	const location = new URL(begun.headers.get('location') ?? '', url);
	location.host = new URL(url).host;
	location.searchParams.set('digest', digest);
	await put(location.href, 'application/octet-stream', blob.toString());
	return digest;
}

async function put(url: string, type: string, body: string): Promise<void> {
	const response = await fetch(url, { method: 'PUT', headers: { 'content-type': type }, body });
	if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
}

async function tarOf(files: Readonly<Record<string, Buffer>>): Promise<Buffer> {
	const archive = pack();
	for (const [name, content] of Object.entries(files)) {
		archive.entry({ name, mode: 0o755, mtime: new Date(0) }, content);
	}
	archive.finalize();
	const chunks: Buffer[] = [];
	for await (const chunk of archive) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
}

async function feed([program, ...args]: Argv, input: Buffer): Promise<void> {
	const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'inherit'] });
	child.stdin.end(input);
	const code = await new Promise((resolve) => child.once('close', resolve));
	if (code !== 0) throw new Error(`${args.join(' ')} ended with ${String(code)}`);
}
